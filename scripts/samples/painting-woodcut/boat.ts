/** A fishing boat under sail, tilted by the sea. */
import { curveThrough, cutDisc, cutLine, cutPolygon } from './block.ts'
import type { Drawing, Point } from './block.ts'

const at: Point = [0.905, 0.735]
const [cos, sin] = [0.985, 0.17]

/** From the boat's own axes (x towards the bow, y down) to the picture. */
const tilt = ([x, y]: Point): Point => [at[0] + x * cos - y * sin, at[1] + y * cos + x * sin]
const untilt = (x: number, y: number): Point => [
  (x - at[0]) * cos + (y - at[1]) * sin,
  (y - at[1]) * cos - (x - at[0]) * sin,
]

const sailEdges: readonly (readonly Point[])[] = [
  [
    [0.005, -0.03],
    [0.02, -0.13],
    [0.012, -0.235],
  ],
  [
    [0.012, -0.235],
    [0.085, -0.215],
    [0.13, -0.19],
  ],
  [
    [0.13, -0.19],
    [0.155, -0.11],
    [0.125, -0.035],
  ],
  [
    [0.125, -0.035],
    [0.07, -0.045],
    [0.005, -0.03],
  ],
]

const hullEdges: readonly (readonly Point[])[] = [
  [
    [-0.13, -0.045],
    [-0.08, -0.008],
    [0.03, 0.005],
    [0.14, -0.012],
    [0.205, -0.062],
  ],
  [
    [0.205, -0.062],
    [0.165, 0.018],
    [0.06, 0.05],
    [-0.05, 0.038],
    [-0.13, -0.045],
  ],
]

function cutSail(drawing: Drawing): void {
  const outline = sailEdges.flatMap((edge) => curveThrough(edge, 20)).map(tilt)
  cutPolygon(drawing, outline, (px, py) => {
    const [u, v] = untilt(px, py)
    const seam = ((u - 0.25 * (v + 0.13) ** 2) * 38) % 1
    if (seam < 0.1) return 'key'
    const hatch = (v * 150 + u * 30) % 1
    return u > 0.085 && Math.abs(hatch) < 0.35 ? 'stone' : u > 0.12 ? 'ochre' : 'paper'
  })
  cutLine(drawing, [...outline, outline[0]!], () => 0.0024, 'key')
  cutLine(drawing, [tilt([0.012, 0.02]), tilt([0.012, -0.26])], () => 0.003, 'key')
}

function cutHull(drawing: Drawing): void {
  const outline = hullEdges.flatMap((edge) => curveThrough(edge, 40)).map(tilt)
  cutPolygon(drawing, outline, (px, py) => {
    const [u, v] = untilt(px, py)
    const down = v + 0.55 * (u - 0.03) ** 2
    const plank = (down * 62 + 0.02) % 1
    if (plank < 0.16) return 'key'
    return down > 0.028 ? 'red' : 'ochre'
  })
  cutLine(drawing, [...outline, outline[0]!], () => 0.0028, 'key')
}

/** Cuts sail, hull and crew. */
export function cutBoat(drawing: Drawing): void {
  cutSail(drawing)
  cutHull(drawing)
  for (const seat of [-0.075, -0.045, 0.155]) {
    const [x, y] = tilt([seat, -0.032])
    cutDisc(drawing, x, y + 0.014, 0.0125, () => 'key')
    cutDisc(drawing, x, y, 0.0085, () => 'ochre')
    cutDisc(drawing, x, y - 0.004, 0.008, () => 'key')
  }
}
