import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { GalleryState } from './gallery-state.svelte.ts'
import { galleryKey } from './gallery-keys.ts'
import { justify } from './justify.ts'
import { choose, type Selection } from './selection.ts'

const ids = ['a', 'b', 'c', 'd', 'e', 'f']
const shapes = ids.map((id) => ({ id, widthPx: 300, heightPx: 200 }))
const rows = justify(shapes, { widthPx: 900, targetHeightPx: 200, gapPx: 0 })
const plain = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false }

describe('a key in the gallery', () => {
  let selection: Selection
  const view = vi.fn()
  const removeChosen = vi.fn(() => Promise.resolve())
  const press = (key: string, id: string, keys: Partial<typeof plain> = {}): boolean => {
    const gallery = {
      ids,
      chosen: selection.chosen,
      get selection() {
        return selection
      },
      set selection(next: Selection) {
        selection = next
      },
      view,
      removeChosen,
    } as unknown as GalleryState
    return galleryKey({ key, ...plain, ...keys }, { gallery, rows, id })
  }

  beforeEach(() => {
    selection = choose('b')
    vi.clearAllMocks()
  })

  it('moves by one, and stays at the ends', () => {
    press('ArrowRight', 'b')
    expect(selection).toEqual(choose('c'))
    press('ArrowRight', 'f')
    expect(selection.lead).toBe('f')
  })

  it('moves to the row below', () => {
    press('ArrowDown', 'b')
    expect(selection.lead).toBe('e')
  })

  it('spans a range with Shift, and only looks with Ctrl', () => {
    press('ArrowRight', 'b', { shiftKey: true })
    expect(selection.chosen).toEqual(['b', 'c'])
    selection = choose('b')
    press('ArrowRight', 'b', { ctrlKey: true })
    expect(selection).toMatchObject({ chosen: ['b'], lead: 'c' })
  })

  it('chooses one more with the space bar, all with Ctrl+A, none with Escape', () => {
    press(' ', 'd')
    expect(selection.chosen).toEqual(['b', 'd'])
    press('a', 'd', { ctrlKey: true })
    expect(selection.chosen).toEqual(ids)
    press('Escape', 'd')
    expect(selection.chosen).toEqual([])
  })

  it('opens with Enter and deletes with Delete', () => {
    press('Enter', 'd')
    expect(view).toHaveBeenCalledWith('d')
    press('Delete', 'd')
    expect(removeChosen).toHaveBeenCalledOnce()
  })

  it('leaves other shortcuts to the window', () => {
    expect(press('s', 'd', { ctrlKey: true })).toBe(false)
    expect(press('Enter', 'd', { ctrlKey: true })).toBe(false)
    expect(press('x', 'd')).toBe(false)
    expect(view).not.toHaveBeenCalled()
  })
})
