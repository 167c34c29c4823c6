/** A mountain lake at dusk: eroded mountains, woods, clouds, and their reflection. */
import { addBloom, addGrain, addVignette, sharpen, toneMap } from '../kit/filters.ts'
import { createRandom } from '../kit/random.ts'
import { shrinkRaster } from '../kit/raster.ts'
import type { Raster } from '../kit/raster.ts'
import { createCamera } from './camera.ts'
import { drawForest, plantForest } from './forest.ts'
import { drawForeground } from './foreground.ts'
import { renderView } from './scene.ts'
import { createTerrain } from './terrain.ts'
import { drawWater } from './water.ts'

/** @param longSidePx - width of the picture; its height is two thirds of it. */
export function renderLake(longSidePx: number): Raster {
  const factor = 2
  const heightPx = Math.round((longSidePx * 2) / 3)
  const terrain = createTerrain(Math.min(900, Math.max(128, longSidePx)))
  const trees = plantForest(terrain, Math.round(260_000 * Math.min(1, longSidePx / 1024)))
  const camera = createCamera(longSidePx * factor, heightPx * factor, false)
  const below = createCamera(longSidePx * factor, heightPx * factor, true)
  const view = renderView(terrain, camera)
  drawForest(view, camera, trees)
  const mirrored = renderView(terrain, below)
  drawForest(mirrored, below, trees)
  drawWater(view, mirrored, camera)
  drawForeground(view.light)
  const picture = shrinkRaster(view.light, factor)
  addBloom(picture, 0.25, 0.8, longSidePx / 200)
  addVignette(picture, 0.35)
  toneMap(picture, 1)
  sharpen(picture, 0.35, longSidePx / 1000)
  addGrain(picture, createRandom(4001), 0.012, longSidePx / 1600)
  return picture
}
