import { describe, expect, it } from 'vitest'
import { pictureEdit } from '../../../shared/contract/job.ts'
import {
  editedSize,
  handles,
  isEdited,
  movedCrop,
  resizedCrop,
  toEdit,
  turned,
  wholePicture,
} from './crop.ts'

const crop = { left: 0.2, top: 0.3, width: 0.4, height: 0.5 }
const handle = (name: string): (typeof handles)[number] => handles.find((one) => one.name === name)!

describe('moving', () => {
  it('keeps its size', () => expect(movedCrop(crop, 0.1, -0.1)).toMatchObject({ width: 0.4, height: 0.5 }))

  it('ends at the edges of the picture', () => {
    expect(movedCrop(crop, 9, 9)).toEqual({ left: 0.6, top: 0.5, width: 0.4, height: 0.5 })
    expect(movedCrop(crop, -9, -9)).toEqual({ left: 0, top: 0, width: 0.4, height: 0.5 })
  })
})

describe('resizing', () => {
  it('moves the two sides of a corner, and leaves the others', () => {
    const { left, top, width, height } = resizedCrop(crop, handle('top left'), 0.1, 0.1)
    expect([left, top]).toEqual([expect.closeTo(0.3), expect.closeTo(0.4)])
    expect([left + width, top + height]).toEqual([expect.closeTo(0.6), expect.closeTo(0.8)])
  })

  it('moves one side by a handle in its middle', () =>
    expect(resizedCrop(crop, handle('right'), 0.1, 0.3)).toEqual({ ...crop, width: 0.5 }))

  it('ends at the edge of the picture', () =>
    expect(resizedCrop(crop, handle('bottom right'), 9, 9)).toEqual({
      left: 0.2,
      top: 0.3,
      width: 0.8,
      height: 0.7,
    }))

  it('leaves something to look at', () => {
    expect(resizedCrop(crop, handle('left'), 9, 0).width).toBeCloseTo(0.05)
    expect(resizedCrop(crop, handle('bottom'), 0, -9).height).toBeCloseTo(0.05)
  })
})

describe('turning', () => {
  it('keeps the same part: what was at the top left comes to the top right', () =>
    expect(turned({ quarterTurns: 0, crop: { left: 0, top: 0, width: 0.3, height: 0.2 } }, 1)).toEqual({
      quarterTurns: 1,
      crop: { left: 0.8, top: 0, width: 0.2, height: 0.3 },
    }))

  it('comes back after a turn and a turn back', () => {
    const edit = { quarterTurns: 3, crop }
    expect(turned(turned(edit, 1), -1)).toEqual(edit)
  })

  it('is as it was after four turns', () => {
    const edit = { quarterTurns: 0, crop }
    const half = turned(turned(edit, 1), 1)
    expect(turned(turned(half, 1), 1)).toEqual(edit)
  })
})

describe('an edit', () => {
  it('has no crop where nearly all is kept', () =>
    expect(toEdit(2, { ...wholePicture, width: 0.999 })).toEqual({ quarterTurns: 2, crop: null }))

  it('is one that the engine takes, for any rectangle', () => {
    const odd = { left: 1 / 3, top: 2 / 3, width: 2 / 3 + 1e-9, height: 1 / 3 + 1e-9 }
    expect(pictureEdit.safeParse(toEdit(1, odd)).success).toBe(true)
  })

  it('tells the size of what is kept, in the turned picture', () =>
    expect(editedSize({ widthPx: 1000, heightPx: 500 }, { quarterTurns: 1, crop })).toEqual({
      widthPx: 200,
      heightPx: 500,
    }))

  it('is none where nothing was turned or cut', () => {
    expect(isEdited({ quarterTurns: 0, crop: null })).toBe(false)
    expect(isEdited({ quarterTurns: 1, crop: null })).toBe(true)
  })
})
