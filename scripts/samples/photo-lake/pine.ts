/** One large pine near the camera, built branch by branch and twig by twig. */
import { clamp, mix, mixColour } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { drawLine } from '../kit/lines.ts'
import type { Sheet } from '../kit/lines.ts'
import { createRandom } from '../kit/random.ts'
import type { Random } from '../kit/random.ts'

export interface Pine {
  readonly xPx: number
  readonly basePx: number
  readonly tallPx: number
  readonly seed: number
}

const bark: Colour = [0.045, 0.03, 0.024]
const barkLit: Colour = [0.42, 0.2, 0.095]
const needleShade: Colour = [0.012, 0.021, 0.02]
const needleLit: Colour = [0.2, 0.15, 0.045]

function drawTrunk(sheet: Sheet, pine: Pine): void {
  const parts = 24
  for (let i = 0; i < parts; i++) {
    const [a, b] = [i / parts, (i + 1) / parts]
    for (const [offset, colour] of [
      [0, bark],
      [0.45, barkLit],
    ] as const) {
      const radius = (t: number): number => pine.tallPx * 0.0125 * Math.pow(1 - t, 0.8) * (offset ? 0.4 : 1)
      const sway = (t: number): number =>
        pine.xPx + Math.sin(t * 5 + pine.seed) * pine.tallPx * 0.004 + offset * pine.tallPx * 0.0125 * (1 - t)
      const line = {
        x0: sway(a),
        x1: sway(b),
        y0: pine.basePx - a * pine.tallPx,
        y1: pine.basePx - b * pine.tallPx,
      }
      drawLine(sheet, { ...line, r0: radius(a), r1: radius(b) }, colour)
    }
  }
}

interface Branch {
  readonly up: number
  readonly turn: number
  readonly reach: number
  readonly droop: number
}

function drawBranch(sheet: Sheet, pine: Pine, branch: Branch, random: Random): void {
  const across = Math.cos(branch.turn)
  const front = Math.sin(branch.turn)
  const length = branch.reach * pine.tallPx
  const parts = Math.max(6, Math.round(length / 4))
  let x = pine.xPx
  let y = pine.basePx - branch.up * pine.tallPx
  for (let i = 0; i < parts; i++) {
    const t = i / parts
    const fall = branch.droop * (1 - 1.5 * t) + 0.12 * front
    const nextX = x + (across * length) / parts
    const nextY = y + (fall * length) / parts
    drawLine(sheet, { x0: x, y0: y, x1: nextX, y1: nextY, r0: 1.1 * (1 - t) + 0.3, r1: 0.3 }, bark)
    const twigs = 6
    for (let k = 0; k < twigs; k++) {
      const size = pine.tallPx * (0.024 - 0.014 * branch.up) * (1.25 - 0.8 * t) * random.range(0.6, 1.4)
      const lean = across * 0.8 + random.range(-0.9, 0.9)
      const hang = random.range(-0.35, 1) * (0.8 - 0.3 * front)
      const light = clamp(
        0.22 + 0.5 * across * t + 0.25 * front + 0.25 * (branch.up - 0.4) + random.range(-0.3, 0.3),
      )
      const colour = mixColour(needleShade, needleLit, light * light)
      drawLine(
        sheet,
        {
          x0: mix(x, nextX, k / twigs),
          y0: mix(y, nextY, k / twigs),
          x1: x + lean * size,
          y1: y + hang * size,
          r0: 0.9,
          r1: 0.25,
        },
        colour,
        0.85,
      )
    }
    x = nextX
    y = nextY
  }
}

/** Draws a pine; branches at the back come first. */
export function drawPine(sheet: Sheet, pine: Pine): void {
  const random = createRandom(pine.seed)
  const whorls = 50
  const bare = random.range(0.1, 0.2)
  const branches: Branch[] = []
  for (let whorl = 0; whorl < whorls; whorl++) {
    const t = whorl / whorls
    const up = bare + (1 - bare) * Math.pow(t, 0.92) + random.range(-0.012, 0.012)
    const reach = (0.215 * Math.pow(1 - t, 0.8) + 0.014) * random.range(0.6, 1.15)
    const count = 5 + random.below(3)
    const start = random.range(0, 6.28)
    for (let k = 0; k < count; k++) {
      if (random.next() < 0.16) continue
      const turn = start + (k * 6.28) / count + random.range(-0.3, 0.3)
      branches.push({
        up: up + random.range(-0.008, 0.008),
        turn,
        reach: reach * random.range(0.7, 1.1),
        droop: mix(0.42, -0.25, t),
      })
    }
  }
  branches.sort((a, b) => Math.sin(a.turn) - Math.sin(b.turn))
  const back = branches.filter((branch) => Math.sin(branch.turn) < -0.2)
  for (const branch of back) drawBranch(sheet, pine, branch, random)
  drawTrunk(sheet, pine)
  for (const branch of branches.slice(back.length)) drawBranch(sheet, pine, branch, random)
}
