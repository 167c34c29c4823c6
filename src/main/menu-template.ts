import type { MenuItemConstructorOptions } from 'electron'
import type { MenuCommand } from '../shared/contract/studio.ts'
import { commandItem } from './menu-commands.ts'

export interface RecentFile {
  readonly path: string
  readonly name: string
}

export interface MenuOptions {
  readonly platform: NodeJS.Platform
  readonly recent: readonly RecentFile[]
  /** True to offer a developer's tools. */
  readonly devTools: boolean
  readonly run: (command: MenuCommand) => void
  readonly openRecent: (path: string) => void
  /** Further items of the help menu. */
  readonly help?: readonly MenuItemConstructorOptions[]
}

const separator: MenuItemConstructorOptions = { type: 'separator' }
/** More would be a list to search, not a menu. */
const mostRecent = 10

/** The menu of the app, as each system expects it. What it offers, the page offers too. */
export function menuTemplate(options: MenuOptions): MenuItemConstructorOptions[] {
  const isMac = options.platform === 'darwin'
  const item = (command: MenuCommand): MenuItemConstructorOptions =>
    commandItem(command, options.run, options.platform)
  return [
    ...(isMac ? [appMenu(item)] : []),
    fileMenu(options, item, isMac),
    { role: 'editMenu' },
    { label: 'Job', submenu: [item('start'), item('pause'), item('stop')] },
    viewMenu(options, item),
    ...(isMac ? [{ role: 'windowMenu' } as const] : []),
    {
      role: 'help',
      submenu: [item('shortcuts'), ...(options.help ?? []), ...(isMac ? [] : [separator, item('about')])],
    },
  ]
}

type Item = (command: MenuCommand) => MenuItemConstructorOptions

function appMenu(item: Item): MenuItemConstructorOptions {
  return {
    label: 'Pastiche',
    submenu: [
      item('about'),
      separator,
      item('settings'),
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  }
}

function fileMenu(options: MenuOptions, item: Item, isMac: boolean): MenuItemConstructorOptions {
  const own: MenuItemConstructorOptions[] = isMac
    ? [{ role: 'close' }]
    : [item('settings'), separator, { role: 'quit' }]
  return {
    role: 'fileMenu',
    submenu: [
      item('open-photo'),
      item('open-style'),
      recentMenu(options),
      separator,
      item('save-result'),
      item('copy-result'),
      separator,
      ...own,
    ],
  }
}

function recentMenu({ recent, openRecent }: MenuOptions): MenuItemConstructorOptions {
  const submenu = recent.slice(0, mostRecent).map(({ path, name }) => ({
    // An ampersand would mark the key of a menu item, and be gone.
    label: name.replaceAll('&', '&&'),
    click: () => openRecent(path),
  }))
  return { id: 'recent', label: 'Recent Pictures', enabled: submenu.length > 0, submenu }
}

function viewMenu({ devTools }: MenuOptions, item: Item): MenuItemConstructorOptions {
  const tools: MenuItemConstructorOptions[] = devTools
    ? [separator, { role: 'reload' }, { role: 'toggleDevTools' }]
    : []
  return {
    label: 'View',
    submenu: [
      item('studio'),
      item('gallery'),
      item('models'),
      item('devices'),
      separator,
      item('zoom-fit'),
      item('zoom-actual'),
      item('compare'),
      item('full-screen'),
      separator,
      { role: 'togglefullscreen' },
      ...tools,
    ],
  }
}
