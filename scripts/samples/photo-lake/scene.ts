/** Mountains and sky as one camera sees them, with the depth of every pixel. */
import { createField, createRaster } from '../kit/raster.ts'
import type { Field, Raster } from '../kit/raster.ts'
import { eyeHeightKm, rayThrough } from './camera.ts'
import type { Camera } from './camera.ts'
import { groundLight } from './ground.ts'
import { skyLight } from './sky.ts'
import type { Terrain } from './terrain.ts'

export interface View {
  readonly light: Raster
  /** Kilometres along z; infinite for sky and water. */
  readonly depthKm: Field
}

const farKm = 17

/**
 * Fills one column of depths. The camera stands upright, so all rays of a column share one vertical plane: a single walk
 * outwards, keeping the steepest view so far, meets the ground for every row.
 */
function fillColumn(terrain: Terrain, camera: Camera, column: number, depthKm: Field): void {
  const eyeKm = eyeHeightKm(camera)
  const sideways = (column + 0.5 - camera.widthPx / 2) / camera.focalPx
  let steepest = -Infinity
  let zBefore = 0.05
  let heightBefore = -1
  for (let z = zBefore; z < farKm; z += 0.001 + z * 0.0011) {
    const height = terrain.heightAt(sideways * z, z)
    if (height > 0) {
      if (heightBefore <= 0) steepest = Math.max(steepest, -eyeKm / z)
      const slope = (height - eyeKm) / z
      if (slope > steepest) {
        fillRows(camera, column, depthKm, { steepest, slope, zBefore, z, heightBefore, height })
        steepest = slope
      }
    }
    zBefore = z
    heightBefore = height
  }
}

interface Rise {
  readonly steepest: number
  readonly slope: number
  readonly zBefore: number
  readonly z: number
  readonly heightBefore: number
  readonly height: number
}

/** Rows between two slopes of view see the piece of ground between the last two steps. */
function fillRows(camera: Camera, column: number, depthKm: Field, rise: Rise): void {
  const eyeKm = eyeHeightKm(camera)
  const sign = camera.mirrored ? 1 : -1
  const rowOf = (slope: number): number => camera.horizonPx + sign * slope * camera.focalPx
  const from = Math.max(0, Math.floor(Math.min(rowOf(rise.steepest), rowOf(rise.slope)) - 0.5))
  const to = Math.min(camera.heightPx - 1, Math.ceil(Math.max(rowOf(rise.steepest), rowOf(rise.slope))))
  const climb = (rise.height - rise.heightBefore) / (rise.z - rise.zBefore)
  for (let row = from; row <= to; row++) {
    const slope = (sign * (row + 0.5 - camera.horizonPx)) / camera.focalPx
    if (slope <= rise.steepest || slope > rise.slope) continue
    const z = (rise.heightBefore - climb * rise.zBefore - eyeKm) / (slope - climb)
    const inside = z > rise.zBefore && z < rise.z ? z : rise.z
    depthKm.data[row * camera.widthPx + column] = inside
  }
}

/** Renders what stands above the water line. Rows on the water's side of the horizon stay empty. */
export function renderView(terrain: Terrain, camera: Camera): View {
  const light = createRaster(camera.widthPx, camera.heightPx)
  const depthKm = createField(camera.widthPx, camera.heightPx)
  depthKm.data.fill(Infinity)
  for (let column = 0; column < camera.widthPx; column++) fillColumn(terrain, camera, column, depthKm)
  const eyeKm = eyeHeightKm(camera)
  for (let row = 0; row < camera.heightPx; row++) {
    for (let column = 0; column < camera.widthPx; column++) {
      const index = row * camera.widthPx + column
      const ray = rayThrough(camera, column + 0.5, row + 0.5)
      const distance = depthKm.data[index]! / ray.z
      if (distance < Infinity) {
        const y = Math.max(0, eyeKm + ray.y * distance)
        light.data.set(groundLight(terrain, ray.x * distance, y, ray.z * distance, ray, distance), index * 3)
      } else if (ray.y > -0.004) light.data.set(skyLight(ray), index * 3)
    }
  }
  return { light, depthKm }
}
