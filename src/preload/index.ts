import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { bridgeChannels, type DesktopBridge } from '../shared/desktop-bridge.ts'

/*
 * The page's only access to Electron. It runs in a world of its own beside the page: the page sees the two functions of the
 * bridge, never ipcRenderer, an event or a path.
 */

interface Line {
  readonly name: string
  readonly onMessage: (message: unknown) => void
  readonly onClose: () => void
}

/** A message of the main process; `message` and `close` never come together. */
interface FromMain {
  readonly line: string
  readonly message?: unknown
  readonly close?: true
}

let line: Line | null = null

const say = (mine: Line, words: object): void =>
  ipcRenderer.send(bridgeChannels.line, { line: mine.name, ...words })

function leave(): void {
  if (line === null) return
  const left = line
  line = null
  say(left, { close: true })
  left.onClose()
}

ipcRenderer.on(bridgeChannels.line, (_event, words: FromMain) => {
  if (words.line !== line?.name) return
  if (words.close !== true) {
    line.onMessage(words.message)
    return
  }
  const closed = line
  line = null
  closed.onClose()
})

const bridge: DesktopBridge = {
  connect(onMessage, onClose) {
    leave()
    const mine: Line = { name: crypto.randomUUID(), onMessage, onClose }
    line = mine
    say(mine, { open: true })
    return {
      send: (message) => {
        if (line === mine) say(mine, { message })
      },
      close: () => {
        if (line === mine) leave()
      },
    }
  },
  async ticketFor(file) {
    // Throws on what is no file; empty where the page made the file itself.
    const path = webUtils.getPathForFile(file as Parameters<typeof webUtils.getPathForFile>[0])
    if (path === '') return null
    const answer = (await ipcRenderer.invoke(bridgeChannels.grant, path)) as {
      ticket?: string
      error?: string
    }
    if (answer.ticket === undefined) throw new Error(answer.error ?? 'The file was refused.')
    return answer.ticket
  },
}

contextBridge.exposeInMainWorld('pastiche', bridge)
