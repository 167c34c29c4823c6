/** Late afternoon: a warm sun behind the viewer's left shoulder, a blue sky with heaped clouds. */
import { addColour, createGradient, mixColour, scaleColour, smoothstep } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'
import { normalize } from './mesh.ts'
import type { Vec3 } from './mesh.ts'

export const sunDirection: Vec3 = normalize([-0.88, 0.42, -0.34])
/** Light of the sun on a surface that faces it, in units in which the sky is about one half. */
export const sunLight: Colour = [4.3, 2.75, 1.5]

const noise = createNoise(5401)
const gradient = createGradient([
  [0, '#f3dcc0'],
  [0.08, '#e3dad0'],
  [0.2, '#b3cbe0'],
  [0.42, '#79a5d6'],
  [0.8, '#3d6fb5'],
])

/** The sky without clouds: what lights the shadows. */
export function clearSky(x: number, y: number, z: number): Colour {
  const cosSun = x * sunDirection[0] + y * sunDirection[1] + z * sunDirection[2]
  const glow = Math.pow(Math.max(0, cosSun), 6) * 0.5
  return addColour(scaleColour(gradient(Math.max(0, y)), 0.95), [glow, glow * 0.75, glow * 0.45])
}

function heap(u: number, v: number, octaves: number): number {
  const warp = noise.fbm(u * 0.8 + 9, v * 0.8, 3)
  const banks = noise.fbm(u * 0.34 + 1.2, v * 0.5 + 5, 2)
  const billow = 1 - 2.1 * Math.abs(noise.fbm(u * 1.1 + 0.5 * warp, v * 1.5 - 0.4 * warp, octaves, 0.55))
  return 0.62 * billow + 1.35 * banks - 0.5
}

/** The sky with clouds. */
export function skyLight(x: number, y: number, z: number): Colour {
  const base = clearSky(x, y, z)
  if (y < 0.01) return base
  const scale = 0.85 / (y + 0.16)
  const u = x * scale
  const v = z * scale
  const thick = heap(u, v, 6)
  const cover = smoothstep(0, 0.42, thick) * smoothstep(0.02, 0.14, y)
  if (cover <= 0) return base
  const towardsSun = heap(u - 0.1, v - 0.085, 5)
  const shade = smoothstep(-0.15, 0.7, towardsSun - 0.35 * thick + 0.14)
  const lit: Colour = [1.55, 1.33, 1.1]
  const dark: Colour = [0.47, 0.5, 0.6]
  return mixColour(base, mixColour(lit, dark, shade), cover * 0.94)
}
