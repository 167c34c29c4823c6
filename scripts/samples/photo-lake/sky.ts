/** The evening sky: a gradient warmed by the sun, and clouds lit from below. Directions are unit vectors, y up. */
import { addColour, createGradient, mix, mixColour, scaleColour, smoothstep } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'

export interface Direction {
  readonly x: number
  readonly y: number
  readonly z: number
}

function unit(x: number, y: number, z: number): Direction {
  const length = Math.hypot(x, y, z)
  return { x: x / length, y: y / length, z: z / length }
}

/** Where the sun stands: low, to the right, a little behind the mountains. */
export const sunDirection = unit(0.86, 0.27, 0.42)

const awayFromSun = createGradient([
  [0, '#c9a3a0'],
  [0.06, '#c2a5b0'],
  [0.16, '#97a2c4'],
  [0.34, '#6186b8'],
  [0.6, '#35629f'],
])
const towardsSun = createGradient([
  [0, '#ffc27a'],
  [0.06, '#ffcf95'],
  [0.16, '#f0c9a8'],
  [0.34, '#8fa9c9'],
  [0.6, '#3f6ba5'],
])
const cloudLit: Colour = [1.6, 0.74, 0.42]
const cloudShade: Colour = [0.27, 0.25, 0.36]

const noise = createNoise(4201)

/** Light from the clear sky; below the horizon it repeats the horizon. */
export function clearSky(direction: Direction): Colour {
  const cosSun = direction.x * sunDirection.x + direction.y * sunDirection.y + direction.z * sunDirection.z
  const warm = smoothstep(-0.3, 1, cosSun)
  const height = Math.max(0, direction.y)
  const base = mixColour(awayFromSun(height), towardsSun(height), warm)
  const glow = Math.pow(Math.max(0, cosSun), 14) * 0.8
  const disc = Math.pow(Math.max(0, cosSun), 220) * 5
  return addColour(base, [glow + disc, glow * 0.55 + disc * 0.7, glow * 0.2 + disc * 0.35])
}

function cloudDensity(x: number, z: number, octaves: number): number {
  const warpX = noise.fbm(x * 0.35 + 3.1, z * 0.35, 3)
  const warpZ = noise.fbm(x * 0.35, z * 0.35 + 7.7, 3)
  const banks = noise.fbm(x * 0.12 + 4.4, z * 0.16 + 1.5, 3)
  const body = noise.fbm(x * 0.42 + warpX * 0.9, z * 0.62 + warpZ * 0.9, octaves, 0.52)
  return smoothstep(0.02, 0.85, body + 0.75 * banks + 0.16)
}

/** Clear sky and clouds. */
export function skyLight(direction: Direction): Colour {
  const base = clearSky(direction)
  if (direction.y < 0.012) return base
  const scale = 2.2 / (direction.y + 0.035)
  const x = direction.x * scale
  const z = direction.z * scale
  const density = cloudDensity(x, z, 6)
  if (density <= 0) return base
  const towardsLight = cloudDensity(x + 0.55, z + 0.42, 4)
  const lit = Math.exp(-2.2 * towardsLight) * mix(1, 0.55, density)
  const cosSun = direction.x * sunDirection.x + direction.y * sunDirection.y + direction.z * sunDirection.z
  const forward = 0.55 + 0.75 * Math.pow(Math.max(0, cosSun), 3)
  const colour = mixColour(
    addColour(scaleColour(base, 0.35), scaleColour(cloudShade, 0.7)),
    scaleColour(cloudLit, forward),
    lit,
  )
  const cover = density * 0.88 * smoothstep(0.012, 0.1, direction.y)
  return mixColour(base, colour, cover)
}
