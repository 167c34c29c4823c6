/** Light along rays: sun with shadow, one bounce of sky and surroundings, mirrors of glass and water. */
import { mix, smoothstep } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'
import type { Random } from '../kit/random.ts'
import { buildBvh, traceRay } from './bvh.ts'
import type { Bvh, Hit } from './bvh.ts'
import { clearSky, skyLight, sunDirection, sunLight } from './daylight.ts'
import type { Mesh } from './mesh.ts'
import { lookAt } from './surfaces.ts'
import type { Look, Surface } from './surfaces.ts'

export interface Scene {
  readonly bvh: Bvh
  readonly surfaces: readonly Surface[]
  readonly random: Random
}

/** What one ray brings home: light that is final, and a matt colour still to be multiplied by the light around it. */
export interface Sample {
  light: [number, number, number]
  albedo: [number, number, number]
  ambient: [number, number, number]
  distance: number
  nx: number
  ny: number
  nz: number
}

export const createSample = (): Sample => ({
  light: [0, 0, 0],
  albedo: [0, 0, 0],
  ambient: [0, 0, 0],
  distance: 0,
  nx: 0,
  ny: 0,
  nz: 0,
})

export const createScene = (mesh: Mesh, random: Random): Scene => ({
  bvh: buildBvh(mesh),
  surfaces: mesh.surfaces,
  random,
})

const hit: Hit = { distance: 0, triangle: 0 }
const shadowOrigin = new Float64Array(3)
const shadowRay = new Float64Array(3)
const newLook = (): Look => ({ red: 0, green: 0, blue: 0, nx: 0, ny: 0, nz: 0, shine: 0, glow: 0 })
const water = createNoise(5501)

/** The look of the surface a ray just met; `point` receives the place, a little off the surface. */
function lookAtHit(scene: Scene, o: Float64Array, d: Float64Array, point: Float64Array, look: Look): void {
  const { corners } = scene.bvh
  const at = hit.triangle * 9
  const ux = corners[at + 3]! - corners[at]!
  const uy = corners[at + 4]! - corners[at + 1]!
  const uz = corners[at + 5]! - corners[at + 2]!
  const vx = corners[at + 6]! - corners[at]!
  const vy = corners[at + 7]! - corners[at + 1]!
  const vz = corners[at + 8]! - corners[at + 2]!
  let nx = uy * vz - uz * vy
  let ny = uz * vx - ux * vz
  let nz = ux * vy - uy * vx
  const facing = nx * d[0]! + ny * d[1]! + nz * d[2]!
  const scale = (facing > 0 ? -1 : 1) / Math.hypot(nx, ny, nz)
  nx *= scale
  ny *= scale
  nz *= scale
  look.nx = nx
  look.ny = ny
  look.nz = nz
  for (let k = 0; k < 3; k++) point[k] = o[k]! + d[k]! * hit.distance
  lookAt(scene.surfaces[hit.triangle]!, point[0]!, point[1]!, point[2]!, look)
  const length = Math.hypot(look.nx, look.ny, look.nz)
  look.nx /= length
  look.ny /= length
  look.nz /= length
  point[0]! += nx * 2e-3
  point[1]! += ny * 2e-3
  point[2]! += nz * 2e-3
}

/** How much of the sun a surface catches: the cosine, or 0 in shadow. The sun's disc is widened to soften shadows. */
function sunOn(scene: Scene, point: Float64Array, look: Look): number {
  const cosine = look.nx * sunDirection[0] + look.ny * sunDirection[1] + look.nz * sunDirection[2]
  if (cosine <= 0) return 0
  for (let k = 0; k < 3; k++) {
    shadowOrigin[k] = point[k]!
    shadowRay[k] = sunDirection[k]! + scene.random.range(-0.012, 0.012)
  }
  const length = Math.hypot(shadowRay[0]!, shadowRay[1]!, shadowRay[2]!)
  for (let k = 0; k < 3; k++) shadowRay[k]! /= length
  return traceRay(scene.bvh, shadowOrigin, shadowRay, hit, true) ? 0 : cosine
}

const bounceRay = new Float64Array(3)
const bouncePoint = new Float64Array(3)
const bounceLook = newLook()

/** A ray around the normal, chosen in proportion to the cosine. */
function chooseBounce(look: Look, random: Random): void {
  const angle = random.next() * 2 * Math.PI
  const y = 2 * random.next() - 1
  const r = Math.sqrt(1 - y * y)
  const x = look.nx + r * Math.cos(angle)
  const z = look.nz + r * Math.sin(angle)
  const up = look.ny + y
  const length = Math.hypot(x, up, z) + 1e-9
  bounceRay[0] = x / length
  bounceRay[1] = up / length
  bounceRay[2] = z / length
}

/** Light that reaches a matt surface from all around, by one random ray. */
function ambientOn(scene: Scene, point: Float64Array, look: Look): Colour {
  chooseBounce(look, scene.random)
  const onWater = bounceRay[1]! < 0 && point[2]! < 0.6 && point[1]! > 0
  if (!traceRay(scene.bvh, point, bounceRay, hit)) {
    if (onWater) return [0.16, 0.2, 0.22]
    return clearSky(bounceRay[0]!, Math.abs(bounceRay[1]!), bounceRay[2]!)
  }
  lookAtHit(scene, point, bounceRay, bouncePoint, bounceLook)
  const sun = sunOn(scene, bouncePoint, bounceLook)
  const sky = 0.2 + 0.15 * bounceLook.ny
  return [
    bounceLook.red * (sunLight[0] * sun + sky * 0.8),
    bounceLook.green * (sunLight[1] * sun + sky),
    bounceLook.blue * (sunLight[2] * sun + sky * 1.3),
  ]
}

/** Veils far things with the colour of the air. */
function throughAir(colour: Colour, distance: number): [number, number, number] {
  const air = 1 - Math.exp(-Math.max(0, distance - 20) * 0.0034)
  return [mix(colour[0], 0.72, air), mix(colour[1], 0.76, air), mix(colour[2], 0.84, air)]
}

const mirrorPoint = new Float64Array(3)
const mirrorLook = newLook()

/** Light along a mirrored ray: sun with shadow, a plain guess for the rest. */
function mirrorLight(scene: Scene, o: Float64Array, d: Float64Array): Colour {
  if (!traceRay(scene.bvh, o, d, hit)) return skyLight(d[0]!, Math.max(0, d[1]!), d[2]!)
  const { distance } = hit
  lookAtHit(scene, o, d, mirrorPoint, mirrorLook)
  const look = mirrorLook
  const sun = sunOn(scene, mirrorPoint, look)
  const sky = 0.36 + 0.2 * look.ny
  return throughAir(
    [
      look.red * (sunLight[0] * sun + sky * 0.95),
      look.green * (sunLight[1] * sun + sky),
      look.blue * (sunLight[2] * sun + sky * 1.12),
    ],
    distance,
  )
}

const mirrorRay = new Float64Array(3)
const mirrorOrigin = new Float64Array(3)

function reflect(d: Float64Array, nx: number, ny: number, nz: number): void {
  const twice = 2 * (d[0]! * nx + d[1]! * ny + d[2]! * nz)
  mirrorRay[0] = d[0]! - twice * nx
  mirrorRay[1] = d[1]! - twice * ny
  mirrorRay[2] = d[2]! - twice * nz
}

function waterLight(scene: Scene, o: Float64Array, d: Float64Array, distance: number): Colour {
  const x = o[0]! + d[0]! * distance
  const z = o[2]! + d[2]! * distance
  const breeze = 0.5 + 0.5 * smoothstep(-0.2, 0.5, water.fbm(x * 0.05, z * 0.11, 3))
  const far = 1 / (1 + distance * 0.012)
  const swell = 0.028 * water.fbm(x * 0.55, z * 1.1, 3)
  const slopeX = swell + 0.03 * breeze * far * water.fbm(x * 2.6, z * 4.2, 3)
  const slopeZ = swell + 0.05 * breeze * far * water.fbm(x * 2.2 + 50, z * 4.6, 3)
  const length = Math.hypot(slopeX, 1, slopeZ)
  reflect(d, -slopeX / length, 1 / length, -slopeZ / length)
  if (mirrorRay[1]! < 0.003) mirrorRay[1] = 0.003
  mirrorOrigin[0] = x
  mirrorOrigin[1] = 0.002
  mirrorOrigin[2] = z
  const light = mirrorLight(scene, mirrorOrigin, mirrorRay)
  const cosine = Math.max(0, -(d[0]! * -slopeX + d[1]! + d[2]! * -slopeZ) / length)
  const mirror = (0.02 + 0.98 * Math.pow(1 - cosine, 5)) * 0.95
  return [
    light[0] * mirror + 0.03 * (1 - mirror),
    light[1] * mirror + 0.062 * (1 - mirror),
    light[2] * mirror + 0.06 * (1 - mirror),
  ]
}

const point = new Float64Array(3)
const look = newLook()

/** Follows one ray from the eye. */
export function sampleRay(scene: Scene, o: Float64Array, d: Float64Array, sample: Sample): void {
  const waterDistance = d[1]! < 0 ? -o[1]! / d[1]! : Infinity
  const met = traceRay(scene.bvh, o, d, hit)
  sample.albedo = [0, 0, 0]
  sample.ambient = [0, 0, 0]
  sample.nx = sample.nz = 0
  sample.ny = 1
  if (!met || waterDistance < hit.distance) {
    sample.distance = met || waterDistance < Infinity ? waterDistance : 1e4
    sample.light =
      waterDistance < Infinity
        ? [...waterLight(scene, o, d, waterDistance)]
        : [...skyLight(d[0]!, d[1]!, d[2]!)]
    return
  }
  const { distance } = hit
  lookAtHit(scene, o, d, point, look)
  const sun = sunOn(scene, point, look)
  sample.light = [look.red * sunLight[0] * sun, look.green * sunLight[1] * sun, look.blue * sunLight[2] * sun]
  sample.ambient = [...ambientOn(scene, point, look)]
  sample.albedo = [look.red, look.green, look.blue]
  sample.distance = distance
  sample.nx = look.nx
  sample.ny = look.ny
  sample.nz = look.nz
  if (look.shine === 0) return
  reflect(d, look.nx, look.ny, look.nz)
  const cosine = Math.max(0, -(d[0]! * look.nx + d[1]! * look.ny + d[2]! * look.nz))
  const mirror = look.shine + (1 - look.shine) * Math.pow(1 - cosine, 5)
  const light = mirrorLight(scene, point, mirrorRay)
  for (let k = 0; k < 3; k++) sample.light[k]! += mirror * light[k]!
}
