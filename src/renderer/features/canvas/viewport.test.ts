import { describe, expect, it } from 'vitest'
import {
  fitScale,
  fitted,
  held,
  neededSide,
  panned,
  pictureBox,
  splitInPicture,
  visibleBox,
  zoomed,
} from './viewport.ts'

const stage = { width: 800, height: 600 }
const picture = { width: 1000, height: 500 }

describe('fitting', () => {
  it('takes the scale of the tighter side', () => {
    expect(fitScale(stage, picture, 0)).toBe(0.8)
    expect(fitScale(stage, { width: 100, height: 1200 }, 0)).toBe(0.5)
  })

  it('leaves the margin on both sides', () => expect(fitScale(stage, picture, 50)).toBe(0.7))

  it('enlarges a small picture', () => expect(fitScale(stage, { width: 40, height: 30 }, 0)).toBe(20))

  it('survives a stage that has no room at all', () =>
    expect(fitScale({ width: 0, height: 0 }, picture, 20)).toBeGreaterThan(0))

  it('puts the picture in the middle', () =>
    expect(pictureBox(fitted(stage, picture, 0), stage, picture)).toEqual({
      left: 0,
      top: 100,
      width: 800,
      height: 400,
    }))
})

describe('holding', () => {
  it('centres a side that is smaller than the stage', () =>
    expect(held({ scale: 0.5, x: 90, y: -90 }, stage, picture)).toEqual({ scale: 0.5, x: 0, y: 0 }))

  it('lets a larger picture go as far as its edge', () =>
    expect(held({ scale: 2, x: 5000, y: -5000 }, stage, picture)).toEqual({ scale: 2, x: 600, y: -200 }))

  it('pans no further than that', () =>
    expect(panned({ scale: 2, x: 590, y: 0 }, { x: 50, y: 10 }, stage, picture)).toEqual({
      scale: 2,
      x: 600,
      y: 10,
    }))
})

describe('zooming', () => {
  it('keeps what is under the pointer where it is', () => {
    const before = { scale: 2, x: 0, y: 0 }
    const at = { x: 100, y: 40 }
    const after = zoomed(before, 1.5, at, stage, picture)
    expect((at.x - after.x) / after.scale).toBeCloseTo((at.x - before.x) / before.scale)
    expect((at.y - after.y) / after.scale).toBeCloseTo((at.y - before.y) / before.scale)
  })

  it('ends at 32 times', () =>
    expect(zoomed({ scale: 30, x: 0, y: 0 }, 10, { x: 0, y: 0 }, stage, picture).scale).toBe(32))

  it('never makes the picture a speck', () =>
    expect(zoomed({ scale: 0.1, x: 0, y: 0 }, 1e-6, { x: 0, y: 0 }, stage, picture).scale).toBe(0.048))
})

describe('the split of before and after', () => {
  it('is a place of the visible part', () => {
    const box = { left: -400, top: 0, width: 1600, height: 600 }
    const visible = visibleBox(box, stage)
    expect(visible).toEqual({ left: 0, top: 0, width: 800, height: 600 })
    expect(splitInPicture(0.5, box, visible)).toBe(0.5)
    expect(splitInPicture(0, box, visible)).toBe(0.25)
    expect(splitInPicture(1, box, visible)).toBe(0.75)
  })

  it('has no visible part where the picture is off the stage', () =>
    expect(visibleBox({ left: 900, top: 0, width: 10, height: 10 }, stage).width).toBe(0))
})

describe('the view that is loaded', () => {
  const sides = [320, 1024, 2048, 4096] as const
  const large = { width: 6000, height: 4000 }

  it('has a pixel for each of the screen', () => {
    expect(neededSide(0.1, 1, large, sides)).toBe(1024)
    expect(neededSide(0.1, 2, large, sides)).toBe(2048)
  })

  it('is never larger than the picture needs', () =>
    expect(neededSide(8, 2, { width: 900, height: 600 }, sides)).toBe(1024))

  it('may be larger than the painting, for the photo beneath it', () =>
    expect(neededSide(4, 1, { width: 256, height: 171 }, sides, Infinity)).toBe(1024))

  it('is the largest there is where none is enough', () => expect(neededSide(2, 1, large, sides)).toBe(4096))
})
