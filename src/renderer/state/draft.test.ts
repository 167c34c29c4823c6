import { beforeEach, describe, expect, it, vi } from 'vitest'
import { parameters } from '../../shared/contract/parameters.ts'
import type { Picture, StudioPreset } from '../../shared/contract/studio.ts'
import { DraftState, mostStyles } from './draft.svelte.ts'

const picture = (ticket: string): Picture => ({
  ticket,
  name: `${ticket}.jpg`,
  widthPx: 100,
  heightPx: 80,
  bytes: 1,
  format: 'jpeg',
})
const preset: StudioPreset = {
  id: 'mine',
  name: 'Mine',
  description: '',
  builtIn: false,
  weightFamily: null,
  parameters: { steps: 77 },
  notices: [],
}

let changed: ReturnType<typeof vi.fn<() => void>>
let draft: DraftState
beforeEach(() => {
  changed = vi.fn()
  draft = new DraftState(() => [preset], changed)
})

describe('a parameter', () => {
  it('is the default until something else is said', () =>
    expect(draft.parameters.steps).toBe(parameters.parse({}).steps))

  it('is that of the preset, where one was chosen', () => {
    draft.choosePreset('mine')
    expect(draft.parameters.steps).toBe(77)
    expect(draft.isModified).toBe(false)
  })

  it('that was set is on top of the preset, and says so', () => {
    draft.choosePreset('mine')
    draft.set('steps', 90)
    expect(draft.parameters.steps).toBe(90)
    expect(draft.own).toEqual({ steps: 90 })
    expect(draft.isModified).toBe(true)
  })

  it('that was set to what its recipe says is no change', () => {
    draft.choosePreset('mine')
    draft.set('steps', 90)
    draft.set('steps', 77)
    expect(draft.isModified).toBe(false)
  })

  it('goes back to the preset when it is reset, and leaves the others alone', () => {
    draft.choosePreset('mine')
    draft.change({ steps: 90, seed: 5 })
    draft.reset('steps')
    expect(draft.own).toEqual({ seed: 5 })
    draft.resetAll()
    expect(draft.own).toEqual({})
  })

  it('of the user gives way when another preset is chosen', () => {
    draft.set('seed', 5)
    draft.choosePreset('mine')
    expect(draft.own).toEqual({})
  })

  it('is remembered whenever it is changed', () => {
    draft.set('seed', 5)
    draft.reset('seed')
    expect(changed).toHaveBeenCalledTimes(2)
  })
})

describe('what stands in the way', () => {
  it('is the photo at first, then the style, then nothing', () => {
    expect(draft.obstacle).toBe('Add a photo to begin.')
    draft.setContent(picture('a'))
    expect(draft.obstacle).toBe('Add a style picture.')
    draft.addStyle(picture('b'))
    expect(draft.obstacle).toBeNull()
  })

  it('is not the style where none is asked for', () => {
    draft.setContent(picture('a'))
    draft.set('styleWeight', 0)
    expect(draft.obstacle).toBeNull()
  })

  it('is a weight, where all styles weigh nothing', () => {
    draft.setContent(picture('a'))
    draft.addStyle(picture('b'))
    draft.changeStyle(0, { weight: 0 })
    expect(draft.obstacle).toBe('Set at least one style weight above 0.')
  })

  it('is the start picture, where one is begun with', () => {
    draft.setContent(picture('a'))
    draft.addStyle(picture('b'))
    draft.set('init', 'picture')
    expect(draft.obstacle).toBe('Add a starting picture.')
    draft.setInitPicture(picture('c'))
    expect(draft.obstacle).toBeNull()
  })

  it('leaves no request to be made', () => expect(draft.request).toBeNull())
})

describe('a request', () => {
  it('says all parameters, and tickets instead of pictures', () => {
    draft.setContent(picture('a'))
    draft.addStyle(picture('b'))
    draft.choosePreset('mine')
    draft.set('seed', 9)
    expect(draft.request).toMatchObject({
      content: 'a',
      styles: [{ picture: 'b', weight: 1 }],
      preset: 'mine',
      parameters: { steps: 77, seed: 9 },
    })
    expect(draft.request).not.toHaveProperty('own')
  })

  it('leaves out keys that are the page’s own', () => {
    draft.addStyle(picture('b'))
    expect(Object.keys(draft.draft.styles[0]!).sort()).toEqual(['edit', 'picture', 'weight'])
  })
})

describe('styles', () => {
  beforeEach(() => {
    for (const ticket of ['a', 'b', 'a']) draft.addStyle(picture(ticket))
  })
  const tickets = (): string[] => draft.styles.map((style) => style.picture.ticket)

  it('have keys of their own, though a picture lies there twice', () =>
    expect(new Set(draft.styles.map(({ key }) => key)).size).toBe(3))

  it('move up and down, and no further', () => {
    draft.moveStyle(1, -1)
    expect(tickets()).toEqual(['b', 'a', 'a'])
    draft.moveStyle(0, -1)
    draft.moveStyle(2, 1)
    expect(tickets()).toEqual(['b', 'a', 'a'])
  })

  it('are taken away one by one', () => {
    draft.removeStyle(1)
    expect(tickets()).toEqual(['a', 'a'])
  })

  it('are sixteen at most', () => {
    for (let i = 0; i < 20; i++) draft.addStyle(picture('c'))
    expect(draft.styles).toHaveLength(mostStyles)
  })
})

it('takes a whole draft without telling anyone that it changed', () => {
  draft.load({
    content: picture('x'),
    styles: [{ picture: picture('y'), weight: 2, edit: { quarterTurns: 1, crop: null } }],
    initPicture: null,
    preset: null,
    own: { seed: 3 },
    device: 'cpu',
  })
  expect(draft.request).toMatchObject({ content: 'x', device: 'cpu', parameters: { seed: 3 } })
  expect(changed).not.toHaveBeenCalled()
})
