/** A soft brush with ink: strokes that swell, split into dry bristles, and pool at their edges. Density adds to a field. */
import { clamp, mix, smoothstep } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'
import type { Field } from '../kit/raster.ts'

const noise = createNoise(10101)

export interface InkStroke {
  /** Points in picture heights: x, y, x, y, … */
  readonly path: readonly number[]
  /** Half width for a share of the way, in picture heights. */
  readonly half: (t: number) => number
  /** Optical density of the ink. */
  readonly density: number
  /** 0 is wet and even, 1 leaves little but the marks of the hairs. */
  readonly dry: number
  readonly seed: number
}

/** Lays one stroke. Where it crosses itself the darker mark stays. */
export function inkStroke(field: Field, stroke: InkStroke): void {
  const { heightPx } = field
  const { path } = stroke
  const pieces = path.length / 2 - 1
  let travelledPx = 0
  for (let i = 0; i < pieces; i++) {
    const x0 = path[i * 2]! * heightPx
    const y0 = path[i * 2 + 1]! * heightPx
    const dx = path[i * 2 + 2]! * heightPx - x0
    const dy = path[i * 2 + 3]! * heightPx - y0
    const length = Math.hypot(dx, dy) + 1e-6
    const steps = Math.max(1, Math.ceil(length / 0.5))
    for (let k = 0; k < steps; k++) {
      const s = k / steps
      const t = (i + s) / pieces
      inkRow(field, stroke, t, travelledPx + length * s, [
        x0 + dx * s,
        y0 + dy * s,
        -dy / length,
        dx / length,
      ])
    }
    travelledPx += length
  }
}

function inkRow(
  field: Field,
  stroke: InkStroke,
  t: number,
  alongPx: number,
  row: readonly [number, number, number, number],
): void {
  const { widthPx, heightPx, data } = field
  const [x, y, nx, ny] = row
  const half = Math.max(0.45, stroke.half(t) * heightPx)
  const unit = 1000 / heightPx
  for (let side = -half - 0.5; side <= half + 0.5; side += 0.5) {
    const px = Math.floor(x + nx * side)
    const py = Math.floor(y + ny * side)
    if (px < 0 || py < 0 || px >= widthPx || py >= heightPx) continue
    const across = side / half
    const hair = noise.fbm(
      across * half * unit * 0.55 + stroke.seed * 17.3,
      alongPx * unit * 0.012 + stroke.seed,
      2,
    )
    const speckle = noise.at(px * unit * 0.5, py * unit * 0.5)
    const threshold = stroke.dry * (0.35 + 0.65 * t) * 1.1 - 0.55
    const cover = smoothstep(threshold - 0.12, threshold + 0.12, hair + 0.25 * speckle)
    const edge = clamp(half + 0.5 - Math.abs(side))
    const pooled = 0.82 + 0.18 * smoothstep(0.6, 0.95, Math.abs(across))
    const density = stroke.density * cover * edge * pooled * mix(1, 0.8, t)
    const at = py * widthPx + px
    if (density > data[at]!) data[at] = density
  }
}
