/** A small harbour in the afternoon sun, path-traced: painted houses, boats, their reflections. */
import { addBloom, addGrain, addVignette, sharpen, toneMap } from '../kit/filters.ts'
import { createRandom } from '../kit/random.ts'
import { createField, createRaster } from '../kit/raster.ts'
import type { Raster } from '../kit/raster.ts'
import { denoise } from './denoise.ts'
import { createMesh } from './mesh.ts'
import { addQuay } from './quay.ts'
import { addTown } from './town.ts'
import { createScene, sampleRay } from './trace.ts'
import type { Sample, Scene } from './trace.ts'

const eye = Float64Array.of(-19.5, 4.3, -29)
const yawRad = 0.44
const focal = 1.28
const horizon = 0.635

/** Turns a place on the picture (in heights, from its middle and its top) into a direction. Upright lines stay upright. */
function aim(x: number, y: number, ray: Float64Array): void {
  const length = Math.hypot(x, horizon - y, focal)
  const [right, ahead] = [x / length, focal / length]
  ray[0] = right * Math.cos(yawRad) + ahead * Math.sin(yawRad)
  ray[1] = (horizon - y) / length
  ray[2] = ahead * Math.cos(yawRad) - right * Math.sin(yawRad)
}

function traceScene(scene: Scene, widthPx: number, heightPx: number, perSide: number): Raster {
  const light = createRaster(widthPx, heightPx)
  const albedo = createRaster(widthPx, heightPx)
  const ambient = createRaster(widthPx, heightPx)
  const normals = createRaster(widthPx, heightPx)
  const distances = createField(widthPx, heightPx)
  const ray = new Float64Array(3)
  const sample: Sample = {
    light: [0, 0, 0],
    albedo: [0, 0, 0],
    ambient: [0, 0, 0],
    distance: 0,
    nx: 0,
    ny: 0,
    nz: 0,
  }
  const share = 1 / (perSide * perSide)
  for (let index = 0; index < widthPx * heightPx; index++) {
    const column = index % widthPx
    const row = Math.floor(index / widthPx)
    for (let k = 0; k < perSide * perSide; k++) {
      const x = column + ((k % perSide) + scene.random.next()) / perSide
      const y = row + (Math.floor(k / perSide) + scene.random.next()) / perSide
      aim((x - widthPx / 2) / heightPx, y / heightPx, ray)
      sampleRay(scene, eye, ray, sample)
      for (let c = 0; c < 3; c++) {
        // A very bright single sample would stay as a speck.
        light.data[index * 3 + c]! += Math.min(8, sample.light[c]!) * share
        albedo.data[index * 3 + c]! += sample.albedo[c]! * share
        ambient.data[index * 3 + c]! += Math.min(2, sample.ambient[c]!) * share
      }
      if (k === 0) {
        normals.data.set([sample.nx, sample.ny, sample.nz], index * 3)
        distances.data[index] = sample.distance
      }
    }
  }
  const smooth = denoise(ambient, normals, distances)
  for (let i = 0; i < light.data.length; i++) {
    const air = 1 - Math.exp(-Math.max(0, distances.data[Math.floor(i / 3)]! - 20) * 0.0034)
    const veil = albedo.data[i]! > 0 ? air : 0
    const lit = light.data[i]! + albedo.data[i]! * smooth.data[i]!
    light.data[i] = lit * (1 - veil) + [0.72, 0.76, 0.84][i % 3]! * veil
  }
  return light
}

/** @param longSidePx - width of the picture; its height is two thirds of it. */
export function renderHarbour(longSidePx: number): Raster {
  const mesh = createMesh()
  addTown(mesh)
  addQuay(mesh)
  const scene = createScene(mesh, createRandom(5001))
  const picture = traceScene(scene, longSidePx, Math.round((longSidePx * 2) / 3), 2)
  addBloom(picture, 0.12, 1, longSidePx / 200)
  addVignette(picture, 0.3)
  toneMap(picture, 0.8)
  sharpen(picture, 0.3, longSidePx / 1200)
  addGrain(picture, createRandom(5002), 0.012, longSidePx / 1600)
  return picture
}
