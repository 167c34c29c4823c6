import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserWindow } from 'electron'
import { afterAll, describe, expect, it } from 'vitest'
import { readWindowBounds, saveWindowBounds, smallestSize } from './window-bounds.ts'

const folder = mkdtempSync(join(tmpdir(), 'pastiche-bounds-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'window', 'bounds.json')
const display = { x: 0, y: 0, width: 1920, height: 1040 }
const second = { x: 1920, y: 0, width: 1280, height: 1000 }

function windowAt(bounds: object, isMaximized = false): BrowserWindow {
  return { getNormalBounds: () => bounds, isMaximized: () => isMaximized } as unknown as BrowserWindow
}

describe('the place of the window', () => {
  it('is the same again', () => {
    const bounds = { x: 2000, y: 50, width: 1000, height: 700 }
    saveWindowBounds(file, windowAt(bounds, true))
    expect(readWindowBounds(file, [display, second])).toEqual({ bounds, maximized: true })
  })

  it('is left to the system where the display that showed it has gone', () => {
    saveWindowBounds(file, windowAt({ x: 2000, y: 50, width: 1000, height: 700 }))
    expect(readWindowBounds(file, [display])).toEqual({
      bounds: { width: 1000, height: 700 },
      maximized: false,
    })
  })

  it.each([
    ['above the display', { x: 0, y: -400 }],
    ['below its lower edge', { x: 0, y: 1030 }],
    ['all but a strip to its left', { x: -950, y: 0 }],
  ])('is left to the system where its title bar would be %s', (_where, corner) => {
    saveWindowBounds(file, windowAt({ ...corner, width: 1000, height: 700 }))
    expect(readWindowBounds(file, [display]).bounds).not.toHaveProperty('x')
  })

  it('is never smaller than the studio needs', () => {
    saveWindowBounds(file, windowAt({ x: 0, y: 0, width: 10, height: 10 }))
    expect(readWindowBounds(file, [display]).bounds).toMatchObject(smallestSize)
  })

  it.each(['', 'nonsense', '{"schema":2}', '{"schema":1,"x":"left"}', '[]', 'null'])(
    'is the usual one where the file holds %j',
    (text) => {
      writeFileSync(file, text)
      expect(readWindowBounds(file, [display])).toEqual({
        bounds: { width: 1360, height: 880 },
        maximized: false,
      })
    },
  )

  it('is forgotten without a word where it cannot be written', () => {
    const blocked = join(folder, 'a-file')
    writeFileSync(blocked, 'x')
    expect(() => saveWindowBounds(join(blocked, 'bounds.json'), windowAt({}))).not.toThrow()
    expect(readFileSync(blocked, 'utf8')).toBe('x')
  })
})
