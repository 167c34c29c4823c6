import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { BrowserWindow, Rectangle } from 'electron'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'

/** Below this, the studio's three columns no longer fit. In DIP, as all of Electron's sizes. */
export const smallestSize = { width: 880, height: 600 } as const
const usualSize = { width: 1360, height: 880 } as const
/** The part of a window that has to be on a display for it to be dragged. */
const graspable = { width: 120, height: 60 } as const

const side = z.number().int().min(1).max(100_000)
const place = z.number().int().min(-100_000).max(100_000)
const savedBounds = z.object({
  schema: z.literal(1),
  x: place,
  y: place,
  width: side,
  height: side,
  maximized: z.boolean(),
})

export interface WindowBounds {
  /** `x` and `y` are left out where the system had better choose. */
  readonly bounds: Pick<Rectangle, 'width' | 'height'> & Partial<Rectangle>
  readonly maximized: boolean
}

/**
 * The window's place when it was last closed, if displays are still there to show it; else the middle of the first.
 *
 * @param workAreas of the displays there are now
 */
export function readWindowBounds(file: string, workAreas: readonly Rectangle[]): WindowBounds {
  const saved = readSaved(file)
  if (saved === null) return { bounds: usualSize, maximized: false }
  const { x, y, maximized } = saved
  const width = Math.max(saved.width, smallestSize.width)
  const height = Math.max(saved.height, smallestSize.height)
  const isShown = workAreas.some((area) => canBeGrasped({ x, y, width, height }, area))
  return { bounds: isShown ? { x, y, width, height } : { width, height }, maximized }
}

/** Remembers where a window is. Never throws: a window that opens in the middle again is no reason for a message. */
export function saveWindowBounds(file: string, window: BrowserWindow): void {
  try {
    const bounds = { schema: 1, ...window.getNormalBounds(), maximized: window.isMaximized() }
    mkdirSync(dirname(file), { recursive: true })
    writeFileAtomic.sync(file, `${JSON.stringify(bounds)}\n`)
  } catch {
    // The disk may be full, or the folder another user's.
  }
}

/** A broken file, or none, is no more than a window that was never moved. */
function readSaved(file: string): z.infer<typeof savedBounds> | null {
  try {
    // A pipe in its place would keep the app from starting.
    if (!statSync(file).isFile()) return null
    return savedBounds.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

/** True where enough of the title bar, at the top of the window, lies within a display. */
function canBeGrasped(window: Rectangle, area: Rectangle): boolean {
  const left = Math.max(window.x, area.x)
  const right = Math.min(window.x + window.width, area.x + area.width)
  const isAcross = right - left >= graspable.width
  return isAcross && window.y >= area.y && window.y + graspable.height <= area.y + area.height
}
