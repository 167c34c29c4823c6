/** A colour woodcut: each ink from its own block, with the grain of the wood, small misfits, and fibres of the paper. */
import { clamp, hex, mix, mixColour, smoothstep } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'
import { createRaster, shrinkRaster } from '../kit/raster.ts'
import type { Raster } from '../kit/raster.ts'
import { inks } from './block.ts'
import type { Drawing, Ink } from './block.ts'
import { aspect, drawMotif } from './motif.ts'

const noise = createNoise(8001)

interface Block {
  readonly colour: Colour
  /** How far the block sits from where it should, in thousandths of the picture's height. */
  readonly shift: readonly [number, number]
}

const blocks: Record<Exclude<Ink, 'paper' | 'sky'>, Block> = {
  pale: { colour: hex('#bcd0cd'), shift: [0.9, -0.5] },
  light: { colour: hex('#7fa9bb'), shift: [-0.7, 0.6] },
  middle: { colour: hex('#2a5f90'), shift: [0.5, 0.8] },
  red: { colour: hex('#c8412a'), shift: [1, 0.4] },
  ochre: { colour: hex('#d3a14e'), shift: [-0.9, -0.6] },
  stone: { colour: hex('#9a978c'), shift: [0.6, -0.9] },
  key: { colour: hex('#11203f'), shift: [0, 0] },
}

/** Paper made by hand: warm, with long fibres and specks. */
function paperAt(x: number, y: number): Colour {
  const cloud = noise.fbm(x * 3, y * 3, 4)
  const fibre = Math.pow(1 - Math.abs(noise.fbm(x * 38 + 4 * noise.at(x * 4, y * 4), y * 46, 3)), 12)
  const tooth = noise.fbm(x * 260, y * 260, 2)
  const tone = 1 + 0.035 * cloud + 0.03 * tooth
  const base = mixColour(hex('#efe3c8'), hex('#d9c49a'), clamp(0.22 + 0.35 * cloud))
  const light = mixColour(base, hex('#c3a878'), 0.22 * fibre)
  return [light[0] * tone, light[1] * tone, light[2] * tone]
}

/** How much ink the wood gives: the rings of a plank, drawn out along it, and the speckle of a print. */
function grainAt(x: number, y: number, block: number): number {
  const bow = 0.05 * noise.fbm(x * 1.6 + block * 9, y * 2 + block, 3)
  const rings = Math.sin((y + bow) * 300 + 7 * noise.fbm(x * 0.8, (y + bow) * 16 + block * 5, 3))
  const pores = noise.fbm(x * 9, y * 240 + block * 31, 3, 0.6)
  const speckle = noise.fbm(x * 330 + block * 7, y * 330, 2, 0.7)
  const pressed = 0.92 + 0.16 * noise.fbm(x * 4 + block * 3, y * 4, 3)
  return clamp(pressed + 0.055 * rings + 0.13 * pores + 0.13 * speckle, 0.35, 1)
}

/** The sky is one block inked by hand in a fade: deep at the top, nothing in the middle, a blush above the sea. */
function skyAt(x: number, y: number, paper: Colour): Colour {
  const edge = y + 0.025 * noise.fbm(x * 2.5, y * 6, 3)
  const grain = grainAt(x, y, 8)
  const deep = smoothstep(0.2, -0.02, edge) * 0.95
  const veil = smoothstep(0.42, 0.08, edge) * 0.5
  const blush = smoothstep(0.36, 0.6, edge) * 0.75
  let colour = multiply(paper, hex('#9fb9c4'), veil * grain)
  colour = multiply(colour, hex('#33558a'), deep * grain)
  return multiply(colour, hex('#e8a97c'), blush * grain)
}

const multiply = (paper: Colour, ink: Colour, amount: number): Colour => [
  paper[0] * mix(1, ink[0], amount),
  paper[1] * mix(1, ink[1], amount),
  paper[2] * mix(1, ink[2], amount),
]

function inkAt(drawing: Drawing, column: number, row: number, shift: readonly [number, number]): number {
  const scale = drawing.heightPx / 1000
  const x = clamp(column - Math.round(shift[0] * scale), 0, drawing.widthPx - 1)
  const y = clamp(row - Math.round(shift[1] * scale), 0, drawing.heightPx - 1)
  return drawing.ink[y * drawing.widthPx + x]!
}

function printPixel(drawing: Drawing, column: number, row: number): Colour {
  const x = (column + 0.5) / drawing.heightPx
  const y = (row + 0.5) / drawing.heightPx
  const paper = paperAt(x, y)
  const here = inks[drawing.ink[row * drawing.widthPx + column]!]!
  let colour = here === 'sky' ? skyAt(x, y, paper) : paper
  inks.forEach((ink, index) => {
    if (ink === 'paper' || ink === 'sky' || ink === 'key') return
    const block = blocks[ink]
    if (inkAt(drawing, column, row, block.shift) !== index) return
    // The key block prints over the colours; below it they are there as well, which only deepens the line.
    colour = multiply(colour, block.colour, grainAt(x, y, index) * 0.97)
  })
  if (here === 'key') colour = mixColour(colour, blocks.key.colour, 0.97 * Math.sqrt(grainAt(x, y, 4)))
  return colour
}

/** @param longSidePx - width of the picture; its height follows from the format of the sheet. */
export function renderWoodcut(longSidePx: number): Raster {
  const factor = 2
  const heightPx = Math.round(longSidePx / aspect)
  const drawing = drawMotif(longSidePx * factor, heightPx * factor)
  const print = createRaster(drawing.widthPx, drawing.heightPx)
  for (let row = 0; row < drawing.heightPx; row++) {
    for (let column = 0; column < drawing.widthPx; column++) {
      print.data.set(printPixel(drawing, column, row), (row * drawing.widthPx + column) * 3)
    }
  }
  return shrinkRaster(print, factor)
}
