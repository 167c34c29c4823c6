/** The valley: a lake, mountains around it, a gap towards the light. Lengths in kilometres; y is up, z leads away. */
import { createNoise } from '../kit/noise.ts'
import { createRandom } from '../kit/random.ts'
import { clamp, smoothstep } from '../kit/colour.ts'
import { erode } from './erosion.ts'

export interface Terrain {
  readonly highestKm: number
  heightAt(x: number, z: number): number
}

const worldSideKm = 18
const worldLeftKm = -9

const summits = [
  { x: -1.55, z: 7.4, heightKm: 1.75, widthKm: 1.9 },
  { x: -4.1, z: 6.2, heightKm: 1.25, widthKm: 1.7 },
  { x: 3.9, z: 7.2, heightKm: 1.4, widthKm: 1.9 },
  { x: 5.4, z: 4.8, heightKm: 0.95, widthKm: 1.5 },
  { x: 0.9, z: 12.6, heightKm: 1.5, widthKm: 2.6 },
  { x: 4.2, z: 14.5, heightKm: 1.7, widthKm: 2.2 },
  { x: -5.2, z: 13.5, heightKm: 1.9, widthKm: 2.6 },
] as const

/** 0 on the lake, growing with the way from its shore. */
function shoreDistanceKm(x: number, z: number, wobble: number): number {
  const halfWidth = 2.15 + 0.5 * wobble - 0.12 * z
  const sideways = Math.abs(x - 0.1 * z) - halfWidth
  const lengthways = z - 4.1 - 0.35 * wobble
  return Math.max(sideways, lengthways)
}

function rawHeightKm(noise: ReturnType<typeof createNoise>, x: number, z: number): number {
  const wobble = noise.fbm(x * 0.9 + 3, z * 0.9, 4)
  const shore = shoreDistanceKm(x, z, wobble)
  if (shore < -0.4) return -0.06
  const warpX = x + 0.35 * noise.fbm(x * 0.7, z * 0.7 + 40, 3)
  const warpZ = z + 0.35 * noise.fbm(x * 0.7 + 80, z * 0.7, 3)
  let body = 0
  for (const summit of summits) {
    const distance = Math.hypot(warpX - summit.x, warpZ - summit.z) / summit.widthKm
    body += summit.heightKm * Math.exp(-1.35 * Math.pow(distance, 1.35))
  }
  const ridges = noise.ridged(warpX * 0.5 + 7, warpZ * 0.5, 7, 0.52)
  const land = smoothstep(-0.05, 2.4, shore)
  const bank = 0.05 * smoothstep(-0.12, 0.15, shore) + 0.12 * smoothstep(0, 1, shore) * (1 + wobble)
  return -0.05 + bank + land * (0.28 * ridges + body * (0.42 + 0.95 * ridges))
}

function cubic(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
}

/** Catmull-Rom interpolation along one row of the map. */
function cubicRow(map: Float32Array, at: number, u: number): number {
  return cubic(map[at - 1]!, map[at]!, map[at + 1]!, map[at + 2]!, u)
}

function sampleCubic(map: Float32Array, side: number, x: number, z: number): number {
  const column = Math.floor(x)
  const row = Math.floor(z)
  const u = x - column
  const at = row * side + column
  return cubic(
    cubicRow(map, at - side, u),
    cubicRow(map, at, u),
    cubicRow(map, at + side, u),
    cubicRow(map, at + 2 * side, u),
    z - row,
  )
}

/** @param side - cells along one side of the height map. */
export function createTerrain(side: number): Terrain {
  const noise = createNoise(4101)
  const cellsPerKm = side / worldSideKm
  const map = new Float32Array(side * side)
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const height = rawHeightKm(noise, column / cellsPerKm + worldLeftKm, row / cellsPerKm - 0.5)
      map[row * side + column] = height * cellsPerKm
    }
  }
  const random = createRandom(4102)
  const droplets = Math.round(0.22 * side * side)
  erode(map, side, random, {
    droplets,
    maxSteps: 48,
    inertia: 0.12,
    capacity: 5,
    depositRate: 0.12,
    erodeRate: 0.32,
  })
  let highestKm = 0
  for (let i = 0; i < map.length; i++) {
    map[i]! /= cellsPerKm
    highestKm = Math.max(highestKm, map[i]!)
  }
  return {
    highestKm: highestKm + 0.03,
    heightAt: (x, z) =>
      sampleCubic(
        map,
        side,
        clamp((x - worldLeftKm) * cellsPerKm, 1, side - 3),
        clamp((z + 0.5) * cellsPerKm, 1, side - 3),
      ),
  }
}
