/** The lake: the mirrored view, moved and smeared by ripples, over dark water (Fresnel by Schlick, 1994). */
import { addColour, clamp, mix, scaleColour, smoothstep } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'
import { createRandom } from '../kit/random.ts'
import { sampleRaster } from '../kit/raster.ts'
import { rayThrough } from './camera.ts'
import type { Camera } from './camera.ts'
import type { View } from './scene.ts'

const noise = createNoise(4501)
const depthColour: Colour = [0.012, 0.03, 0.038]

/** Slopes of the water at a place (km): long soft swell, ripples, and patches that the wind ruffles. */
function rippleSlope(x: number, z: number): { x: number; z: number; ruffled: number } {
  const breeze = noise.fbm(x * 1.4 + 2, z * 2.4, 4)
  const ruffled = smoothstep(0.12, 0.5, breeze)
  const calm = 0.35 + 0.65 * ruffled
  const fine = noise.fbm(x * 620, z * 520, 3, 0.6) * 0.014 * calm
  const swell = noise.fbm(x * 120 + 9, z * 210, 2) * 0.012
  return { x: (fine + swell) * 0.5, z: swell + fine + 0.006 * noise.at(x * 40, z * 70), ruffled }
}

/** Fills the empty rows of the view in front of `camera`. */
export function drawWater(view: View, mirrored: View, camera: Camera): void {
  const random = createRandom(4502)
  const samples = 7
  for (let row = Math.floor(camera.horizonPx); row < camera.heightPx; row++) {
    for (let column = 0; column < camera.widthPx; column++) {
      const index = row * camera.widthPx + column
      const ray = rayThrough(camera, column + 0.5, row + 0.5)
      if (view.depthKm.data[index]! < Infinity || ray.y > -1e-5) continue
      const distance = Math.min(30, camera.heightKm / -ray.y)
      const slope = rippleSlope(ray.x * distance, ray.z * distance)
      const spread = (0.0035 + 0.008 * slope.ruffled) * smoothstep(0, 0.25, distance) + 0.0012
      let sum: Colour = [0, 0, 0]
      for (let i = 0; i < samples; i++) {
        const jitter = (i + random.next()) / samples - 0.5
        const up = 2 * (slope.z + jitter * 2.6 * spread + 0.4 * spread * slope.ruffled)
        const sideways = slope.x + random.range(-1, 1) * spread * 0.35
        const atRow = Math.max(camera.horizonPx + 0.5, row + 0.5 + up * camera.focalPx)
        sum = addColour(sum, sampleRaster(mirrored.light, column + 0.5 + sideways * camera.focalPx, atRow))
      }
      const grazing = clamp(1 + ray.y + slope.z * 2)
      const fresnel = mix(0.02, 1, Math.pow(grazing, 5)) * 0.94
      const light = addColour(scaleColour(sum, fresnel / samples), scaleColour(depthColour, 1 - fresnel))
      view.light.data.set(light, index * 3)
    }
  }
}
