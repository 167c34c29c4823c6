/** Smooths noisy light without crossing edges: the à-trous filter of Dammertz et al. (2010), guided by normal and distance. */
import { createRaster } from '../kit/raster.ts'
import type { Field, Raster } from '../kit/raster.ts'

const kernel = [1 / 16, 1 / 4, 3 / 8, 1 / 4, 1 / 16]

function pass(source: Raster, normals: Raster, distances: Field, step: number): Raster {
  const { widthPx, heightPx, data } = source
  const result = createRaster(widthPx, heightPx)
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const at = y * widthPx + x
      const depth = distances.data[at]!
      let [red, green, blue, total] = [0, 0, 0, 0]
      for (let j = -2; j <= 2; j++) {
        const row = y + j * step
        if (row < 0 || row >= heightPx) continue
        for (let i = -2; i <= 2; i++) {
          const column = x + i * step
          if (column < 0 || column >= widthPx) continue
          const other = row * widthPx + column
          const away = Math.abs(distances.data[other]! - depth) / (0.02 * depth + 0.05)
          if (away > 3) continue
          const same =
            normals.data[at * 3]! * normals.data[other * 3]! +
            normals.data[at * 3 + 1]! * normals.data[other * 3 + 1]! +
            normals.data[at * 3 + 2]! * normals.data[other * 3 + 2]!
          if (same < 0.5) continue
          const weight = kernel[i + 2]! * kernel[j + 2]! * same * same * same * same * Math.exp(-away)
          red += weight * data[other * 3]!
          green += weight * data[other * 3 + 1]!
          blue += weight * data[other * 3 + 2]!
          total += weight
        }
      }
      const share = total > 0 ? 1 / total : 0
      result.data[at * 3] = red * share
      result.data[at * 3 + 1] = green * share
      result.data[at * 3 + 2] = blue * share
    }
  }
  return result
}

/** @param normals - unit vectors in place of colours. @param distances - from the eye, metres. */
export function denoise(source: Raster, normals: Raster, distances: Field): Raster {
  let result = source
  for (const step of [1, 2, 4]) result = pass(result, normals, distances, step)
  return result
}
