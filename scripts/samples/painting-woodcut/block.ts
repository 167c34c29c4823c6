/** The drawing for the blocks: every pixel names the ink that prints it. Coordinates in picture heights, y down. */

export const inks = ['paper', 'pale', 'light', 'middle', 'key', 'red', 'ochre', 'stone', 'sky'] as const
export type Ink = (typeof inks)[number]
export const inkIndex = (ink: Ink): number => inks.indexOf(ink)

export interface Drawing {
  readonly widthPx: number
  readonly heightPx: number
  readonly ink: Uint8Array
}

export type Point = readonly [number, number]

/** The ink at a place of a shape, or null to leave what is below. */
export type Cut = (x: number, y: number) => Ink | null

export const createDrawing = (widthPx: number, heightPx: number): Drawing => ({
  widthPx,
  heightPx,
  ink: new Uint8Array(widthPx * heightPx),
})

/** A smooth curve through points (Catmull-Rom), `count` points evenly spread along its parameter. */
export function curveThrough(points: readonly Point[], count: number): Point[] {
  const at = (i: number): Point => points[Math.min(points.length - 1, Math.max(0, i))]!
  return Array.from({ length: count }, (_, k): Point => {
    const place = (k / (count - 1)) * (points.length - 1)
    const i = Math.min(points.length - 2, Math.floor(place))
    const t = place - i
    const blend = (axis: 0 | 1): number => {
      const [a, b, c, d] = [at(i - 1)[axis], at(i)[axis], at(i + 1)[axis], at(i + 2)[axis]]
      return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    }
    return [blend(0), blend(1)]
  })
}

function setInk(drawing: Drawing, at: number, ink: Ink | null): void {
  if (ink !== null) drawing.ink[at] = inkIndex(ink)
}

/** Cuts everything inside a closed line of points (even-odd rule). */
export function cutPolygon(drawing: Drawing, points: readonly Point[], cut: Cut): void {
  const { widthPx, heightPx } = drawing
  const ys = points.map(([, y]) => y)
  const from = Math.max(0, Math.floor(Math.min(...ys) * heightPx))
  const to = Math.min(heightPx - 1, Math.ceil(Math.max(...ys) * heightPx))
  for (let row = from; row <= to; row++) {
    const y = (row + 0.5) / heightPx
    const crossings: number[] = []
    for (let i = 0; i < points.length; i++) {
      const [ax, ay] = points[i]!
      const [bx, by] = points[(i + 1) % points.length]!
      if (ay <= y !== by <= y) crossings.push(ax + ((y - ay) / (by - ay)) * (bx - ax))
    }
    crossings.sort((a, b) => a - b)
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const left = Math.max(0, Math.round(crossings[k]! * heightPx))
      const right = Math.min(widthPx, Math.round(crossings[k + 1]! * heightPx))
      for (let column = left; column < right; column++) {
        setInk(drawing, row * widthPx + column, cut((column + 0.5) / heightPx, y))
      }
    }
  }
}

/** Cuts a disc. */
export function cutDisc(drawing: Drawing, x: number, y: number, radius: number, cut: Cut): void {
  const { widthPx, heightPx } = drawing
  const from = Math.max(0, Math.floor((y - radius) * heightPx))
  const to = Math.min(heightPx - 1, Math.ceil((y + radius) * heightPx))
  for (let row = from; row <= to; row++) {
    const dy = (row + 0.5) / heightPx - y
    const half = Math.sqrt(Math.max(0, radius * radius - dy * dy))
    const left = Math.max(0, Math.round((x - half) * heightPx))
    const right = Math.min(widthPx, Math.round((x + half) * heightPx))
    for (let column = left; column < right; column++) {
      setInk(drawing, row * widthPx + column, cut((column + 0.5) / heightPx, (row + 0.5) / heightPx))
    }
  }
}

/** A line of changing thickness along points: `half` gives half its width for a share of the way. */
export function cutLine(
  drawing: Drawing,
  points: readonly Point[],
  half: (t: number) => number,
  ink: Ink,
): void {
  const steps = 1.2 / drawing.heightPx
  for (let i = 0; i + 1 < points.length; i++) {
    const [ax, ay] = points[i]!
    const [bx, by] = points[i + 1]!
    const count = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / steps))
    for (let k = 0; k < count; k++) {
      const s = k / count
      const t = (i + s) / (points.length - 1)
      cutDisc(
        drawing,
        ax + (bx - ax) * s,
        ay + (by - ay) * s,
        Math.max(0.55 / drawing.heightPx, half(t)),
        () => ink,
      )
    }
  }
}

/**
 * Cuts the sheet between two curves. A place is known by `t` along the curves and `v` across, from the first (0) to the second (1),
 * so that lines of equal `v` sweep the way both curves go.
 */
export function cutSheet(
  drawing: Drawing,
  first: readonly Point[],
  second: readonly Point[],
  cut: (t: number, v: number, x: number, y: number) => Ink | null,
): void {
  const rows = 48
  const point = (i: number, j: number): Point => {
    const [a, b] = [first[i]!, second[i]!]
    return [a[0] + ((b[0] - a[0]) * j) / rows, a[1] + ((b[1] - a[1]) * j) / rows]
  }
  const last = first.length - 1
  for (let i = 0; i < last; i++) {
    for (let j = 0; j < rows; j++) {
      const corner = (di: number, dj: number): Corner => ({
        at: point(i + di, j + dj),
        t: (i + di) / last,
        v: (j + dj) / rows,
      })
      cutTriangle(drawing, corner(0, 0), corner(1, 0), corner(1, 1), cut)
      cutTriangle(drawing, corner(0, 0), corner(1, 1), corner(0, 1), cut)
    }
  }
}

interface Corner {
  readonly at: Point
  readonly t: number
  readonly v: number
}

function cutTriangle(
  drawing: Drawing,
  a: Corner,
  b: Corner,
  c: Corner,
  cut: (t: number, v: number, x: number, y: number) => Ink | null,
): void {
  const { widthPx, heightPx } = drawing
  const [[ax, ay], [bx, by], [cx, cy]] = [a.at, b.at, c.at]
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
  if (Math.abs(area) < 1e-12) return
  const left = Math.max(0, Math.floor(Math.min(ax, bx, cx) * heightPx))
  const right = Math.min(widthPx - 1, Math.ceil(Math.max(ax, bx, cx) * heightPx))
  const top = Math.max(0, Math.floor(Math.min(ay, by, cy) * heightPx))
  const bottom = Math.min(heightPx - 1, Math.ceil(Math.max(ay, by, cy) * heightPx))
  const slack = -1e-4
  for (let row = top; row <= bottom; row++) {
    const y = (row + 0.5) / heightPx
    for (let column = left; column <= right; column++) {
      const x = (column + 0.5) / heightPx
      const wb = ((x - ax) * (cy - ay) - (y - ay) * (cx - ax)) / area
      const wc = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / area
      if (wb < slack || wc < slack || wb + wc > 1 - slack) continue
      const wa = 1 - wb - wc
      setInk(
        drawing,
        row * widthPx + column,
        cut(wa * a.t + wb * b.t + wc * c.t, wa * a.v + wb * b.v + wc * c.v, x, y),
      )
    }
  }
}
