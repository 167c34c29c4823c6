import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import { menuCommands } from '../shared/contract/studio.ts'
import { commandTexts } from './menu-commands.ts'
import { menuTemplate, type MenuOptions } from './menu-template.ts'

const platforms = ['darwin', 'linux', 'win32'] as const

function template(options: Partial<MenuOptions> = {}): MenuItemConstructorOptions[] {
  const nothing = (): void => undefined
  return menuTemplate({
    platform: 'linux',
    recent: [],
    devTools: false,
    run: nothing,
    openRecent: nothing,
    ...options,
  })
}

function itemsOf(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])])
}

const click = (item: MenuItemConstructorOptions): void => (item.click as () => void)()

describe('the menu', () => {
  it.each(platforms)('offers every command of the studio once on %s, and does it', (platform) => {
    const run = vi.fn()
    const items = itemsOf(template({ platform, run })).filter(({ id }) => menuCommands.includes(id as never))
    for (const item of items) click(item)
    expect(run.mock.calls.flat().sort()).toEqual([...menuCommands].sort())
  })

  it.each(platforms)('gives no key to two things on %s', (platform) => {
    const keys = itemsOf(template({ platform })).flatMap(({ accelerator }) => accelerator ?? [])
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('never takes a key that someone may be writing', () => {
    for (const platform of platforms)
      for (const { accelerator, registerAccelerator } of itemsOf(template({ platform })))
        if (accelerator !== undefined && !accelerator.startsWith('CmdOrCtrl+'))
          expect([platform, registerAccelerator]).not.toEqual(['darwin', undefined])
  })

  it('has the keys of the page', async () => {
    // Only its table of actions is read, by a name that the type checker of this runtime does not follow.
    const path = '../renderer/state/actions.ts'
    const { actions } = (await import(/* @vite-ignore */ path)) as {
      actions: readonly { id: keyof typeof commandTexts; keys: string | null }[]
    }
    for (const { id, keys } of actions)
      expect(commandTexts[id].keys, id).toBe(keys?.replace('Mod+', 'CmdOrCtrl+') ?? null)
  })

  it('lists ten recent pictures, and opens the one that is chosen', () => {
    const openRecent = vi.fn()
    const recent = Array.from({ length: 12 }, (_, index) => ({ path: `/p/${index}`, name: `a&b ${index}` }))
    const menu = itemsOf(template({ recent, openRecent })).find(({ id }) => id === 'recent')!
    const items = menu.submenu as MenuItemConstructorOptions[]
    expect([items.length, items[0]!.label]).toEqual([10, 'a&&b 0'])
    click(items[3]!)
    expect(openRecent).toHaveBeenCalledWith('/p/3')
  })

  it('offers a developer what a user should not have', () => {
    const roles = (devTools: boolean): unknown[] => itemsOf(template({ devTools })).map(({ role }) => role)
    expect(roles(true)).toContain('toggleDevTools')
    expect(roles(false)).not.toContain('toggleDevTools')
    expect(roles(false)).not.toContain('reload')
  })
})
