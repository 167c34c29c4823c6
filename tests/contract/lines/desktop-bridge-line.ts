import { EventEmitter } from 'node:events'
import type { DesktopBridge } from '../../../src/shared/desktop-bridge.ts'
import type { Transport } from '../../../src/shared/rpc/transport.ts'
import { serveProbe } from '../fixtures/probe-contract.ts'
import type { Line } from './line.ts'

/** By their addresses, because the page and what runs in Electron are compiled apart. */
const from = (path: string): string => new URL(`../../../src/${path}`, import.meta.url).href

const origin = 'pastiche://studio'
/** As Electron knows a page: the main process sends to it, and hears from its main frame. */
const contents = new EventEmitter() as EventEmitter & { send(channel: string, message: unknown): void }
// Each line adds listeners to the same page.
contents.setMaxListeners(0)
const frame = { parent: null, origin }

class FakeIpcMain extends EventEmitter {
  handle(): void {
    // Only lines are tried here.
  }
  removeHandler(): void {
    // As above.
  }
}
const ipcMain = new FakeIpcMain()
const ipcRenderer = Object.assign(new EventEmitter(), {
  send: (channel: string, message: unknown) =>
    later(message, (clone) => ipcMain.emit(channel, { sender: contents, senderFrame: frame }, clone)),
})
contents.send = (channel, message) => later(message, (clone) => ipcRenderer.emit(channel, {}, clone))

let bridge: DesktopBridge | null = null

/** The parts of Electron that the preload script and the main process's bridge use, in one process. */
export const electron: object = {
  ipcMain,
  ipcRenderer,
  webUtils: {},
  contextBridge: { exposeInMainWorld: (_name: string, given: DesktopBridge) => (bridge = given) },
}

function later(message: unknown, deliver: (clone: unknown) => void): void {
  const clone: unknown = structuredClone(message)
  setImmediate(() => deliver(clone))
}

/** The page's line through the preload script to the main process, each with its own code. */
export const desktopBridgeLine: Line = {
  name: 'desktop bridge',
  async open() {
    const main = (await import(from('main/bridge.ts'))) as {
      Bridge: new (options: object) => { close(): void }
    }
    const page = (await import(from('renderer/shell/bridge-line.ts'))) as {
      bridgeLine: (bridge: DesktopBridge) => Transport
    }
    await import(from('preload/index.ts'))
    const far = new main.Bridge({
      studio: { connect: serveProbe },
      shell: {},
      contents,
      onReady: () => undefined,
      onGone: () => undefined,
    })
    const near = page.bridgeLine(bridge!)
    const dispose = async (): Promise<void> => {
      near.close()
      await new Promise((resolve) => setImmediate(resolve))
      far.close()
    }
    return { near, dispose }
  },
}
