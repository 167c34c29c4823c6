/** Rock, snow, meadow and forest floor, lit by a low sun and the sky, seen through evening air. */
import { addColour, clamp, hex, mix, mixColour, scaleColour, smoothstep } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'
import { clearSky, sunDirection } from './sky.ts'
import type { Direction } from './sky.ts'
import type { Terrain } from './terrain.ts'

const noise = createNoise(4301)
const rockDark = hex('#4a4644')
const rockLight = hex('#8d8179')
const snow = hex('#eef1f6')
const meadow = hex('#5d6332')
const woods = hex('#1d2a1c')
const sunLight: Colour = [3.9, 1.95, 0.86]
const skyAbove: Colour = [0.27, 0.37, 0.6]

/** Share of the sun that reaches a point past the mountains; the edge of a shadow is soft. */
export function sunShare(terrain: Terrain, x: number, y: number, z: number): number {
  let open = 1
  for (let distance = 0.06; distance < 7; distance *= 1.14) {
    const height = y + sunDirection.y * distance
    if (height > terrain.highestKm) break
    const gap = height - terrain.heightAt(x + sunDirection.x * distance, z + sunDirection.z * distance)
    open = Math.min(open, 0.5 + (gap / distance) * 22)
    if (open <= 0) return 0
  }
  return clamp(open)
}

/** Air between the eye and a point: bluish with distance, warm towards the sun, thicker low over the lake. */
export function throughAir(colour: Colour, ray: Direction, distanceKm: number, heightKm: number): Colour {
  const air = 1 - Math.exp(-distanceKm * 0.036 * Math.exp(-Math.max(0, heightKm) * 0.35))
  const mist = 1 - Math.exp(-0.07 * Math.max(0, distanceKm - 2.4) * Math.exp(-Math.max(0, heightKm) * 15))
  const cosSun = ray.x * sunDirection.x + ray.z * sunDirection.z
  const horizon = clearSky({ x: ray.x, y: 0.05, z: ray.z })
  const warm = smoothstep(0.2, 1, cosSun)
  const hazeColour = mixColour(mixColour([0.34, 0.42, 0.6], horizon, 0.3), horizon, warm * 0.6)
  const veiled = mixColour(colour, hazeColour, air)
  return mixColour(veiled, mixColour([0.5, 0.52, 0.62], horizon, 0.35 + 0.5 * warm), mist * 0.75)
}

function groundNormal(terrain: Terrain, x: number, z: number, distanceKm: number): Direction {
  const reach = Math.max(0.006, distanceKm * 0.0009)
  let slopeX = (terrain.heightAt(x + reach, z) - terrain.heightAt(x - reach, z)) / (2 * reach)
  let slopeZ = (terrain.heightAt(x, z + reach) - terrain.heightAt(x, z - reach)) / (2 * reach)
  const rough = 0.2 + 0.3 * smoothstep(0.4, 1.1, Math.hypot(slopeX, slopeZ))
  slopeX += rough * noise.fbm(x * 21, z * 21, 4, 0.7)
  slopeZ += rough * noise.fbm(x * 21 + 90, z * 21, 4, 0.7)
  const length = Math.hypot(slopeX, 1, slopeZ)
  return { x: -slopeX / length, y: 1 / length, z: -slopeZ / length }
}

/** 0 where no tree grows, 1 in thick woods. */
export function woodsCover(x: number, y: number, z: number, flatness: number): number {
  const patches = noise.fbm(x * 2.1 + 30, z * 2.1, 4)
  const treeLine = 0.62 + 0.16 * patches
  const low = 1 - smoothstep(treeLine - 0.16, treeLine + 0.02, y)
  return low * smoothstep(0.5, 0.74, flatness) * smoothstep(-0.5, -0.05, patches + 0.25)
}

function groundColour(x: number, y: number, z: number, normal: Direction): Colour {
  const strata = noise.fbm(x * 3 + y * 6, y * 9 + z * 3, 4, 0.6)
  const rock = mixColour(rockDark, rockLight, clamp(0.45 + 0.6 * strata))
  const patches = noise.fbm(x * 6, z * 6, 5, 0.6)
  const grass =
    smoothstep(0.55, 0.8, normal.y + 0.12 * patches) * (1 - smoothstep(0.7, 1.05, y + 0.15 * patches))
  const wood = woodsCover(x, y, z, normal.y)
  const snowLine = 0.83 + 0.2 * patches
  const white = smoothstep(snowLine, snowLine + 0.3, y) * smoothstep(0.42, 0.68, normal.y + 0.2 * patches)
  const green = mixColour(mixColour(rock, meadow, grass), woods, wood)
  return mixColour(green, snow, white)
}

/** Light that comes from a point of the ground to the eye. */
export function groundLight(
  terrain: Terrain,
  x: number,
  y: number,
  z: number,
  ray: Direction,
  distanceKm: number,
): Colour {
  const normal = groundNormal(terrain, x, z, distanceKm)
  const colour = groundColour(x, y, z, normal)
  const facing = normal.x * sunDirection.x + normal.y * sunDirection.y + normal.z * sunDirection.z
  const direct = facing > 0 ? facing * sunShare(terrain, x, y + 0.004, z) : 0
  const fromSky = 0.55 + 0.45 * normal.y
  const bounced = 0.12 * clamp(0.5 - 0.5 * normal.y + 0.3 * normal.x)
  const light = addColour(
    addColour(scaleColour(sunLight, direct), scaleColour(skyAbove, fromSky)),
    scaleColour([1, 0.7, 0.5], bounced + 0.08 * mix(0, 1, normal.x * 0.5 + 0.5)),
  )
  const lit: Colour = [colour[0] * light[0], colour[1] * light[1], colour[2] * light[2]]
  return throughAir(lit, ray, distanceKm, y * 0.6)
}
