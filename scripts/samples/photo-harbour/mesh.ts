/** Triangles with a surface each, and the few solids the harbour is built of. Metres; y up, z away from the viewer. */
import type { Surface } from './surfaces.ts'

export type Vec3 = readonly [number, number, number]

export interface Mesh {
  /** Nine numbers a triangle. */
  readonly corners: number[]
  readonly surfaces: Surface[]
}

export const createMesh = (): Mesh => ({ corners: [], surfaces: [] })

export function addTriangle(mesh: Mesh, surface: Surface, a: Vec3, b: Vec3, c: Vec3): void {
  mesh.corners.push(...a, ...b, ...c)
  mesh.surfaces.push(surface)
}

/** Corners in order around the quad. */
export function addQuad(mesh: Mesh, surface: Surface, a: Vec3, b: Vec3, c: Vec3, d: Vec3): void {
  addTriangle(mesh, surface, a, b, c)
  addTriangle(mesh, surface, a, c, d)
}

export interface BoxSpan {
  readonly x: readonly [number, number]
  readonly y: readonly [number, number]
  readonly z: readonly [number, number]
}

/** From the axes of one thing to those of the world. */
export type Place = (point: Vec3) => Vec3

const asItIs: Place = (point) => point

/** A box along the axes of `place`. */
export function addBox(mesh: Mesh, surface: Surface, { x, y, z }: BoxSpan, place = asItIs): void {
  const at = (i: 0 | 1, j: 0 | 1, k: 0 | 1): Vec3 => place([x[i], y[j], z[k]])
  addQuad(mesh, surface, at(0, 0, 0), at(1, 0, 0), at(1, 1, 0), at(0, 1, 0))
  addQuad(mesh, surface, at(1, 0, 1), at(0, 0, 1), at(0, 1, 1), at(1, 1, 1))
  addQuad(mesh, surface, at(0, 0, 1), at(0, 0, 0), at(0, 1, 0), at(0, 1, 1))
  addQuad(mesh, surface, at(1, 0, 0), at(1, 0, 1), at(1, 1, 1), at(1, 1, 0))
  addQuad(mesh, surface, at(0, 1, 0), at(1, 1, 0), at(1, 1, 1), at(0, 1, 1))
  addQuad(mesh, surface, at(0, 0, 1), at(1, 0, 1), at(1, 0, 0), at(0, 0, 0))
}

/** A tube between two points, wider or narrower at its far end, closed there. */
export function addTube(
  mesh: Mesh,
  surface: Surface,
  from: Vec3,
  to: Vec3,
  radius: number,
  endRadius: number,
  sides = 6,
): void {
  const along: Vec3 = [to[0] - from[0], to[1] - from[1], to[2] - from[2]]
  const steep = Math.abs(along[1]) > 0.8 * Math.hypot(...along)
  const helper: Vec3 = steep ? [1, 0, 0] : [0, 1, 0]
  const u = normalize(cross(along, helper))
  const v = normalize(cross(along, u))
  const ring = (centre: Vec3, r: number, k: number): Vec3 => {
    const angle = (k / sides) * 2 * Math.PI
    const [c, s] = [Math.cos(angle) * r, Math.sin(angle) * r]
    return [centre[0] + u[0] * c + v[0] * s, centre[1] + u[1] * c + v[1] * s, centre[2] + u[2] * c + v[2] * s]
  }
  for (let k = 0; k < sides; k++) {
    addQuad(
      mesh,
      surface,
      ring(from, radius, k),
      ring(from, radius, k + 1),
      ring(to, endRadius, k + 1),
      ring(to, endRadius, k),
    )
    addTriangle(mesh, surface, ring(to, endRadius, k), ring(to, endRadius, k + 1), to)
  }
}

export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]

export function normalize(a: Vec3): Vec3 {
  const length = Math.hypot(a[0], a[1], a[2])
  return [a[0] / length, a[1] / length, a[2] / length]
}

export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
