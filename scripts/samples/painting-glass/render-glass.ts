/** A leaded window: coloured panes, leads of lifelike thickness, daylight that glows through. */
import { clamp, mix, smoothstep } from '../kit/colour.ts'
import { distanceTo, markBorders } from '../kit/distance.ts'
import { addBloom, blurField, sharpen } from '../kit/filters.ts'
import { createNoise } from '../kit/noise.ts'
import { createField, createRaster, shrinkRaster } from '../kit/raster.ts'
import type { Field, Raster } from '../kit/raster.ts'
import { aspect, bubbleAt, daylightAt, paneAt, streaksAt } from './panes.ts'

interface Cartoon {
  readonly panes: Int32Array
  readonly regions: Int32Array
  readonly colour: Raster
}

function drawCartoon(widthPx: number, heightPx: number): Cartoon {
  const panes = new Int32Array(widthPx * heightPx)
  const regions = new Int32Array(widthPx * heightPx)
  const colour = createRaster(widthPx, heightPx)
  for (let y = 0, at = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++, at++) {
      const pane = paneAt((x + 0.5) / heightPx, (y + 0.5) / heightPx)
      panes[at] = pane.id
      // Each shaped piece is outlined as heavily as a region.
      regions[at] = pane.region >= 20 ? pane.id : pane.region
      colour.data.set(pane.colour, at * 3)
    }
  }
  return { panes, regions, colour }
}

/** Height of the leads, in [0, 1]: rounded bars, heavy around regions, with the lumps of hand work. */
function leadHeight(cartoon: Cartoon, widthPx: number, heightPx: number): { lead: Field; room: Field } {
  const noise = createNoise(7201)
  const thin = distanceTo(markBorders(cartoon.panes, widthPx, heightPx), widthPx, heightPx)
  const heavy = distanceTo(markBorders(cartoon.regions, widthPx, heightPx), widthPx, heightPx)
  const lead = createField(widthPx, heightPx)
  for (let at = 0; at < lead.data.length; at++) {
    const x = (at % widthPx) / heightPx
    const y = Math.floor(at / widthPx) / heightPx
    const hand = 1 + 0.22 * noise.fbm(x * 26, y * 26, 3)
    const thinBar = thin.data[at]! / (0.0029 * hand * heightPx)
    const heavyBar = heavy.data[at]! / (0.0043 * hand * heightPx)
    const rounded = Math.max(1 - thinBar * thinBar, 1 - heavyBar * heavyBar)
    lead.data[at] = Math.sqrt(Math.max(0, rounded))
  }
  return { lead, room: thin }
}

function shadeLead(
  lead: Field,
  at: number,
  x: number,
  y: number,
  noise: ReturnType<typeof createNoise>,
): [number, number, number] {
  const { widthPx, data } = lead
  const slope =
    (data[at + 1] ?? 0) - (data[at - 1] ?? 0) + (data[at + widthPx] ?? 0) - (data[at - widthPx] ?? 0)
  const patina = noise.fbm(x * 90, y * 90, 3, 0.6)
  const light = 0.022 + 0.05 * clamp(slope * 1.1) + 0.014 * patina
  return [Math.max(0.004, light), Math.max(0.004, light * 1.02), Math.max(0.005, light * 1.12)]
}

/** @param longSidePx - height of the picture; its width is four fifths of it. */
export function renderGlass(longSidePx: number): Raster {
  const factor = 2
  const heightPx = longSidePx * factor
  const widthPx = Math.round(longSidePx * aspect) * factor
  const cartoon = drawCartoon(widthPx, heightPx)
  const { lead, room } = leadHeight(cartoon, widthPx, heightPx)
  const shade = blurField(lead, heightPx / 260)
  const noise = createNoise(7202)
  const picture = createRaster(widthPx, heightPx)
  for (let at = 0; at < cartoon.panes.length; at++) {
    const x = ((at % widthPx) + 0.5) / heightPx
    const y = (Math.floor(at / widthPx) + 0.5) / heightPx
    const streaks = streaksAt(x, y, cartoon.panes[at]!)
    const grime = smoothstep(0, 0.016 * heightPx, room.data[at]!)
    const hammered = noise.fbm(x * 130, y * 130, 2)
    const strength =
      daylightAt(x, y) * (0.62 + 0.38 * grime) * (1 - 0.35 * shade.data[at]!) * (1 + 0.1 * hammered)
    const bubble = bubbleAt(x, y)
    const cover = smoothstep(0.05, 0.45, lead.data[at]!)
    const bar = cover > 0 ? shadeLead(lead, at, x, y, noise) : ([0, 0, 0] as const)
    for (let c = 0; c < 3; c++) {
      const glass = cartoon.colour.data[at * 3 + c]!
      // Thicker streaks take more of what the glass already takes: Beer's law.
      const through = Math.pow(clamp(glass, 0.004, 1), 1 - 0.42 * streaks) * strength
      picture.data[at * 3 + c] = mix(through * 1.12 + 0.05 * bubble, bar[c]!, cover)
    }
  }
  const small = shrinkRaster(picture, factor)
  addBloom(small, 0.3, 0.32, longSidePx / 220)
  sharpen(small, 0.25, longSidePx / 1100)
  return small
}
