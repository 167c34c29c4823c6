import { expect, it } from 'vitest'
import { tooltipPlace } from './tooltip-place.ts'

const window = { width: 800, height: 600 }
const tip = { width: 100, height: 30 }

it('stands below the middle of what it tells of', () =>
  expect(tooltipPlace({ left: 400, top: 100, width: 40, height: 32 }, tip, window)).toEqual({
    left: 370,
    top: 138,
  }))

it('stands above where there is no room below', () =>
  expect(tooltipPlace({ left: 400, top: 560, width: 40, height: 32 }, tip, window).top).toBe(524))

it('stays inside the window at its sides', () => {
  expect(tooltipPlace({ left: 0, top: 0, width: 32, height: 32 }, tip, window).left).toBe(8)
  expect(tooltipPlace({ left: 780, top: 0, width: 20, height: 32 }, tip, window).left).toBe(692)
})
