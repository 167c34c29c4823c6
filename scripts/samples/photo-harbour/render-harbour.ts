/** A small harbour in the afternoon sun, path-traced: painted houses, boats, their reflections. */
import { addBloom, addGrain, addVignette, sharpen, toneMap } from '../kit/filters.ts'
import { createRandom } from '../kit/random.ts'
import { createField, createRaster } from '../kit/raster.ts'
import type { Field, Raster } from '../kit/raster.ts'
import { denoise } from './denoise.ts'
import { createMesh } from './mesh.ts'
import { addQuay } from './quay.ts'
import { addTown } from './town.ts'
import { createSample, createScene, sampleRay } from './trace.ts'
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

interface Layers {
  /** Light that is final. */
  readonly light: Raster
  /** Matt colour, and the noisy light around it, still to be multiplied. */
  readonly albedo: Raster
  readonly ambient: Raster
  readonly normals: Raster
  readonly distances: Field
}

function traceScene(scene: Scene, widthPx: number, heightPx: number, perSide: number): Layers {
  const [light, albedo, ambient, normals] = Array.from({ length: 4 }, () => createRaster(widthPx, heightPx))
  const layers: Layers = {
    light: light!,
    albedo: albedo!,
    ambient: ambient!,
    normals: normals!,
    distances: createField(widthPx, heightPx),
  }
  const ray = new Float64Array(3)
  const sample = createSample()
  const count = perSide * perSide
  for (let index = 0; index < widthPx * heightPx; index++) {
    const column = index % widthPx
    const row = Math.floor(index / widthPx)
    for (let k = 0; k < count; k++) {
      const x = column + ((k % perSide) + scene.random.next()) / perSide
      const y = row + (Math.floor(k / perSide) + scene.random.next()) / perSide
      aim((x - widthPx / 2) / heightPx, y / heightPx, ray)
      sampleRay(scene, eye, ray, sample)
      addSample(layers, index, sample, 1 / count)
      if (k > 0) continue
      layers.normals.data.set([sample.nx, sample.ny, sample.nz], index * 3)
      layers.distances.data[index] = sample.distance
    }
  }
  return layers
}

function addSample({ light, albedo, ambient }: Layers, index: number, sample: Sample, share: number): void {
  for (let c = 0; c < 3; c++) {
    // A very bright single sample would stay as a speck.
    light.data[index * 3 + c]! += Math.min(8, sample.light[c]!) * share
    albedo.data[index * 3 + c]! += sample.albedo[c]! * share
    ambient.data[index * 3 + c]! += Math.min(2, sample.ambient[c]!) * share
  }
}

/** Smooths the ambient light, multiplies it in, and veils what is far with the colour of the air. */
function compose({ light, albedo, ambient, normals, distances }: Layers): Raster {
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
  const picture = compose(traceScene(scene, longSidePx, Math.round((longSidePx * 2) / 3), 2))
  addBloom(picture, 0.12, 1, longSidePx / 200)
  addVignette(picture, 0.3)
  toneMap(picture, 0.8)
  sharpen(picture, 0.3, longSidePx / 1200)
  addGrain(picture, createRandom(5002), 0.012, longSidePx / 1600)
  return picture
}
