import type { MenuItemConstructorOptions } from 'electron'
import type { MenuCommand } from '../shared/contract/studio.ts'

/** The menu's label for a command of the studio, and the key that the page takes for it. */
interface CommandText {
  readonly label: string
  /** In Electron's notation of keys; null: none. */
  readonly keys: string | null
}

export const commandTexts: Readonly<Record<MenuCommand, CommandText>> = {
  'open-photo': { label: 'Add a Photo…', keys: 'CmdOrCtrl+O' },
  'open-style': { label: 'Add a Style Picture…', keys: 'CmdOrCtrl+Shift+O' },
  'save-result': { label: 'Save the Result As…', keys: 'CmdOrCtrl+S' },
  'copy-result': { label: 'Copy the Result', keys: 'CmdOrCtrl+Shift+C' },
  start: { label: 'Start Painting', keys: 'CmdOrCtrl+Enter' },
  pause: { label: 'Pause or Go On', keys: 'CmdOrCtrl+P' },
  stop: { label: 'Stop and Keep the Picture', keys: 'CmdOrCtrl+.' },
  gallery: { label: 'Gallery', keys: 'CmdOrCtrl+2' },
  studio: { label: 'Studio', keys: 'CmdOrCtrl+1' },
  models: { label: 'Models…', keys: 'CmdOrCtrl+M' },
  devices: { label: 'Devices…', keys: 'CmdOrCtrl+D' },
  settings: { label: 'Settings…', keys: 'CmdOrCtrl+,' },
  about: { label: 'About Pastiche', keys: null },
  shortcuts: { label: 'Keyboard Shortcuts', keys: '?' },
  'zoom-fit': { label: 'Fit to the Window', keys: '0' },
  'zoom-actual': { label: 'Actual Size', keys: '1' },
  'full-screen': { label: 'Picture Alone', keys: 'F' },
  compare: { label: 'Compare with the Photo', keys: 'C' },
}

/** The menu item of a command. */
export function commandItem(
  command: MenuCommand,
  run: (command: MenuCommand) => void,
  platform: NodeJS.Platform,
): MenuItemConstructorOptions {
  const { label, keys } = commandTexts[command]
  return { id: command, label, click: () => run(command), ...accelerator(keys, platform) }
}

/**
 * A key without Ctrl is the page's alone, since it may be writing: the menu only shows it. macOS cannot show without taking,
 * and there Cmd+M belongs to the window.
 */
function accelerator(keys: string | null, platform: NodeJS.Platform): MenuItemConstructorOptions {
  if (keys === null) return {}
  const isChord = keys.startsWith('CmdOrCtrl+')
  if (platform === 'darwin') return isChord && keys !== 'CmdOrCtrl+M' ? { accelerator: keys } : {}
  return { accelerator: keys, registerAccelerator: isChord }
}
