import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { menuCommands } from '../../shared/contract/studio.ts'
import { actionOf, actions, canvasKeys } from './actions.ts'

class FakeElement {
  readonly isContentEditable = false
  readonly tagName: string
  readonly type: string
  constructor(tagName: string, type = 'text') {
    this.tagName = tagName
    this.type = type
  }
  matches(selector: string): boolean {
    return selector.includes(`[type=${this.type}]`)
  }
}

const press = (key: string, rest: Partial<KeyboardEvent> = {}): KeyboardEvent =>
  ({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    target: null,
    ...rest,
  }) as KeyboardEvent
const idOf = (event: KeyboardEvent, singleKeys = true): string | null =>
  actionOf(event, singleKeys)?.id ?? null

beforeEach(() => vi.stubGlobal('HTMLElement', FakeElement))
afterEach(() => vi.unstubAllGlobals())

describe('the list of actions', () => {
  it('gives no shortcut to two of them', () => {
    const keys = [...actions.map((action) => action.keys), ...canvasKeys.flatMap((one) => one.keys)]
    const told = keys.filter((key) => key !== null)
    expect(told.filter((key, i) => told.indexOf(key) !== i)).toEqual([])
  })

  it('knows every command of the menu, once', () =>
    expect(actions.map(({ id }) => id).sort()).toEqual([...menuCommands].sort()))
})

describe('a key', () => {
  it('is an action with Ctrl, and with Cmd', () => {
    expect(idOf(press('s', { ctrlKey: true }))).toBe('save-result')
    expect(idOf(press('s', { metaKey: true }))).toBe('save-result')
  })

  it('is another one with Shift', () => {
    expect(idOf(press('o', { ctrlKey: true }))).toBe('open-photo')
    expect(idOf(press('O', { ctrlKey: true, shiftKey: true }))).toBe('open-style')
  })

  it('is none with Alt, which types letters on many keyboards', () =>
    expect(idOf(press('s', { ctrlKey: true, altKey: true }))).toBeNull())

  it('is itself where it needs Shift to be typed', () =>
    expect(idOf(press('?', { shiftKey: true }))).toBe('shortcuts'))

  it('alone is none where single keys are off', () => {
    expect(idOf(press('c'))).toBe('compare')
    expect(idOf(press('c'), false)).toBeNull()
    expect(idOf(press('Enter', { ctrlKey: true }), false)).toBe('start')
  })

  it('alone is none while someone writes, and is one on a slider', () => {
    const at = (target: FakeElement) => press('c', { target: target as unknown as HTMLElement })
    expect(idOf(at(new FakeElement('INPUT', 'number')))).toBeNull()
    expect(idOf(at(new FakeElement('TEXTAREA')))).toBeNull()
    expect(idOf(at(new FakeElement('INPUT', 'range')))).toBe('compare')
  })
})
