import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { app, clipboard, ClipboardItem, dialog, shell } from 'electron'
import type { BrowserWindow, OpenDialogOptions } from 'electron'
import type { StudioShell } from '../host/index.ts'
import type { UploadPurpose } from '../shared/contract/media.ts'
import { fileFilters, saveFilters } from './file-kinds.ts'

const titles: Readonly<Record<UploadPurpose, string>> = {
  picture: 'Choose a picture',
  preset: 'Choose a preset',
  weights: 'Choose a network',
}

/** The desktop's dialogs, file manager and clipboard, for the studio. */
export function desktopShell(window: BrowserWindow): StudioShell {
  return {
    facts: { kind: 'desktop', platform: process.platform, hasDialogs: true },
    desk: new Desk(window),
  }
}

class Desk implements NonNullable<StudioShell['desk']> {
  readonly #window: BrowserWindow
  /** Folder of the last saved file: people save a series in one folder. */
  #savedIn: string | null = null

  constructor(window: BrowserWindow) {
    this.#window = window
  }

  async pick(what: UploadPurpose, multiple: boolean): Promise<string[]> {
    const properties: OpenDialogOptions['properties'] = ['openFile']
    if (multiple) properties.push('multiSelections')
    const filters = [fileFilters[what], { name: 'All files', extensions: ['*'] }]
    const answer = await dialog.showOpenDialog(this.#window, { title: titles[what], filters, properties })
    return answer.canceled ? [] : answer.filePaths
  }

  async pickTarget(suggestedName: string): Promise<string | null> {
    const folder = this.#savedIn ?? app.getPath('pictures')
    const answer = await dialog.showSaveDialog(this.#window, {
      defaultPath: join(folder, suggestedName),
      filters: saveFilters(suggestedName),
      properties: ['createDirectory', 'showOverwriteConfirmation'],
    })
    if (answer.canceled || answer.filePath === '') return null
    this.#savedIn = dirname(answer.filePath)
    return answer.filePath
  }

  reveal(path: string): Promise<void> {
    shell.showItemInFolder(path)
    return Promise.resolve()
  }

  async copyPicture(path: string): Promise<void> {
    const png = new Blob([new Uint8Array(await readFile(path))], { type: 'image/png' })
    await clipboard.write([new ClipboardItem({ 'image/png': png })])
  }
}
