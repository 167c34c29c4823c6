/** A tree of boxes over triangles, split by binned surface area (Wald, "On fast construction of SAH-based BVHs", 2007). */
import type { Mesh } from './mesh.ts'

export interface Hit {
  /** Distance along the ray; infinite for a miss. */
  distance: number
  triangle: number
}

export interface Bvh {
  readonly corners: Float32Array
  /** Six numbers a node: lower corner, upper corner. */
  readonly boxes: Float32Array
  /** Two numbers a node: first child or first triangle, and the count of triangles (0 for an inner node). */
  readonly links: Int32Array
  /** Triangles in the order of the leaves. */
  readonly order: Int32Array
}

const binCount = 12
const leafSize = 4

function triangleBounds(corners: Float32Array): { low: Float32Array; high: Float32Array } {
  const count = corners.length / 9
  const low = new Float32Array(count * 3)
  const high = new Float32Array(count * 3)
  for (let i = 0; i < count; i++) {
    for (let axis = 0; axis < 3; axis++) {
      const [a, b, c] = [corners[i * 9 + axis]!, corners[i * 9 + 3 + axis]!, corners[i * 9 + 6 + axis]!]
      low[i * 3 + axis] = Math.min(a, b, c)
      high[i * 3 + axis] = Math.max(a, b, c)
    }
  }
  return { low, high }
}

class Builder {
  readonly low: Float32Array
  readonly high: Float32Array
  readonly order: Int32Array
  readonly boxes: number[] = []
  readonly links: number[] = []

  constructor(corners: Float32Array) {
    const bounds = triangleBounds(corners)
    this.low = bounds.low
    this.high = bounds.high
    this.order = Int32Array.from({ length: corners.length / 9 }, (_, index) => index)
    this.links.push(0, 0)
    this.boxes.push(0, 0, 0, 0, 0, 0)
    this.split(0, 0, this.order.length)
  }

  private centre(place: number, axis: number): number {
    const at = this.order[place]! * 3 + axis
    return (this.low[at]! + this.high[at]!) / 2
  }

  private fit(node: number, from: number, to: number): void {
    const box = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity]
    for (let i = from; i < to; i++) {
      for (let axis = 0; axis < 3; axis++) {
        const at = this.order[i]! * 3 + axis
        box[axis] = Math.min(box[axis]!, this.low[at]!)
        box[axis + 3] = Math.max(box[axis + 3]!, this.high[at]!)
      }
    }
    for (let k = 0; k < 6; k++) this.boxes[node * 6 + k] = box[k]!
  }

  /** The cheapest plane across one axis: its bin and the expected cost. */
  private bestBin(from: number, to: number, axis: number, start: number, width: number): [number, number] {
    const counts = new Array<number>(binCount).fill(0)
    const boxes = Array.from({ length: binCount }, () => [
      Infinity,
      Infinity,
      Infinity,
      -Infinity,
      -Infinity,
      -Infinity,
    ])
    for (let i = from; i < to; i++) {
      const bin = Math.min(binCount - 1, Math.floor(((this.centre(i, axis) - start) / width) * binCount))
      counts[bin]!++
      const box = boxes[bin]!
      for (let k = 0; k < 3; k++) {
        const at = this.order[i]! * 3 + k
        box[k] = Math.min(box[k]!, this.low[at]!)
        box[k + 3] = Math.max(box[k + 3]!, this.high[at]!)
      }
    }
    let best: [number, number] = [0, Infinity]
    for (let cut = 1; cut < binCount; cut++) {
      const cost = sideCost(counts, boxes, 0, cut) + sideCost(counts, boxes, cut, binCount)
      if (cost < best[1]) best = [cut, cost]
    }
    return best
  }

  private split(node: number, from: number, to: number): void {
    this.fit(node, from, to)
    const count = to - from
    let best = { axis: -1, place: 0, cost: Infinity }
    for (let axis = 0; count > leafSize && axis < 3; axis++) {
      let start = Infinity
      let end = -Infinity
      for (let i = from; i < to; i++) {
        start = Math.min(start, this.centre(i, axis))
        end = Math.max(end, this.centre(i, axis))
      }
      if (end - start < 1e-6) continue
      const [cut, cost] = this.bestBin(from, to, axis, start, end - start)
      if (cost < best.cost) best = { axis, place: start + ((end - start) * cut) / binCount, cost }
    }
    let middle = from
    if (best.axis >= 0) {
      for (let i = from; i < to; i++) {
        if (this.centre(i, best.axis) >= best.place) continue
        const kept = this.order[i]!
        this.order[i] = this.order[middle]!
        this.order[middle++] = kept
      }
    }
    if (middle === from || middle === to) {
      this.links[node * 2] = from
      this.links[node * 2 + 1] = count
      return
    }
    const child = this.links.length / 2
    this.links.push(0, 0, 0, 0)
    this.links[node * 2] = child
    this.split(child, from, middle)
    this.split(child + 1, middle, to)
  }
}

function sideCost(counts: number[], boxes: number[][], from: number, to: number): number {
  let count = 0
  const size = [0, 0, 0]
  for (let axis = 0; axis < 3; axis++) {
    let low = Infinity
    let high = -Infinity
    for (let bin = from; bin < to; bin++) {
      low = Math.min(low, boxes[bin]![axis]!)
      high = Math.max(high, boxes[bin]![axis + 3]!)
    }
    size[axis] = high - low
  }
  for (let bin = from; bin < to; bin++) count += counts[bin]!
  if (count === 0) return 0
  return count * (size[0]! * size[1]! + size[1]! * size[2]! + size[2]! * size[0]!)
}

/** Builds the tree; the mesh must not change afterwards. */
export function buildBvh(mesh: Mesh): Bvh {
  const corners = Float32Array.from(mesh.corners)
  const builder = new Builder(corners)
  return {
    corners,
    boxes: Float32Array.from(builder.boxes),
    links: Int32Array.from(builder.links),
    order: builder.order,
  }
}

const stack = new Int32Array(128)

/** Distance at which a ray enters a node's box, or infinity (slab test). */
function enterBox(
  boxes: Float32Array,
  node: number,
  o: Float64Array,
  inv: Float64Array,
  far: number,
): number {
  const at = node * 6
  const x0 = (boxes[at]! - o[0]!) * inv[0]!
  const x1 = (boxes[at + 3]! - o[0]!) * inv[0]!
  const y0 = (boxes[at + 1]! - o[1]!) * inv[1]!
  const y1 = (boxes[at + 4]! - o[1]!) * inv[1]!
  const z0 = (boxes[at + 2]! - o[2]!) * inv[2]!
  const z1 = (boxes[at + 5]! - o[2]!) * inv[2]!
  const near = Math.max(Math.min(x0, x1), Math.min(y0, y1), Math.min(z0, z1), 0)
  const end = Math.min(Math.max(x0, x1), Math.max(y0, y1), Math.max(z0, z1), far)
  return near <= end ? near : Infinity
}

/** Distance to a triangle, or infinity (Möller and Trumbore, 1997). */
function meetTriangle(corners: Float32Array, triangle: number, o: Float64Array, d: Float64Array): number {
  const at = triangle * 9
  const [ax, ay, az] = [corners[at]!, corners[at + 1]!, corners[at + 2]!]
  const ux = corners[at + 3]! - ax
  const uy = corners[at + 4]! - ay
  const uz = corners[at + 5]! - az
  const vx = corners[at + 6]! - ax
  const vy = corners[at + 7]! - ay
  const vz = corners[at + 8]! - az
  const px = d[1]! * vz - d[2]! * vy
  const py = d[2]! * vx - d[0]! * vz
  const pz = d[0]! * vy - d[1]! * vx
  const det = ux * px + uy * py + uz * pz
  if (det > -1e-12 && det < 1e-12) return Infinity
  const tx = o[0]! - ax
  const ty = o[1]! - ay
  const tz = o[2]! - az
  const s = (tx * px + ty * py + tz * pz) / det
  if (s < 0 || s > 1) return Infinity
  const qx = ty * uz - tz * uy
  const qy = tz * ux - tx * uz
  const qz = tx * uy - ty * ux
  const t = (d[0]! * qx + d[1]! * qy + d[2]! * qz) / det
  if (t < 0 || s + t > 1) return Infinity
  const distance = (vx * qx + vy * qy + vz * qz) / det
  return distance > 1e-4 ? distance : Infinity
}

const inverse = new Float64Array(3)

/**
 * Finds where a ray meets the mesh.
 * @param o - origin. @param d - direction, unit length. @param any - stop at the first hit, whichever it is (for shadows).
 */
export function traceRay(bvh: Bvh, o: Float64Array, d: Float64Array, hit: Hit, any = false): boolean {
  const { boxes, links, order, corners } = bvh
  for (let axis = 0; axis < 3; axis++) inverse[axis] = 1 / (Math.abs(d[axis]!) < 1e-9 ? 1e-9 : d[axis]!)
  hit.distance = Infinity
  let depth = 0
  stack[depth++] = 0
  while (depth > 0) {
    const node = stack[--depth]!
    const first = links[node * 2]!
    const count = links[node * 2 + 1]!
    if (count > 0) {
      for (let i = first; i < first + count; i++) {
        const distance = meetTriangle(corners, order[i]!, o, d)
        if (distance >= hit.distance) continue
        hit.distance = distance
        hit.triangle = order[i]!
        if (any) return true
      }
      continue
    }
    const left = enterBox(boxes, first, o, inverse, hit.distance)
    const right = enterBox(boxes, first + 1, o, inverse, hit.distance)
    const leftFirst = left <= right
    if ((leftFirst ? right : left) < Infinity) stack[depth++] = leftFirst ? first + 1 : first
    if ((leftFirst ? left : right) < Infinity) stack[depth++] = leftFirst ? first : first + 1
  }
  return hit.distance < Infinity
}
