import { vggLayers, type Layer } from '../../src/engine/models/layers.ts'
import { weightShapes } from '../../src/engine/models/seeded.ts'
import { packTensors } from '../../src/engine/tensor/pack.ts'
import { preprocessings, type NetworkWeights } from '../../src/engine/models/network-weights.ts'

/** The seeded networks and pictures of losses.py, bit for bit. */

const widths = [4, 6, 8, 8, 8]

export const narrowNetworks: Record<'vgg19' | 'vgg16', { layers: readonly Layer[]; seed: number }> = {
  vgg19: { layers: vggLayers({ convolutions: [2, 2, 4, 4, 4], widths }), seed: 19 },
  vgg16: { layers: vggLayers({ convolutions: [2, 2, 3, 3, 3], widths }), seed: 16 },
}

export const pictureSeeds = { content: 1, style: 2, canvas: 3 } as const

/** mulberry32: 32-bit numbers divided by 2³². */
export function createUniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function narrowWeights(
  network: keyof typeof narrowNetworks,
  family: keyof typeof preprocessings,
): NetworkWeights {
  const { layers, seed } = narrowNetworks[network]
  const uniform = createUniform(seed)
  const packed = packTensors(weightShapes(layers))
  for (const [name, { shape, data }] of packed.tensors) {
    const bound = name.endsWith('.bias') ? 0.1 : Math.sqrt(6 / (9 * shape[1]!))
    for (let i = 0; i < data.length; i++) data[i] = -bound + (bound - -bound) * uniform()
  }
  return { ...packed, preprocessing: preprocessings[family], origin: `narrow ${network}, seed ${seed}` }
}

/** RGB in [0, 1], [3, H, W]. */
export function seededPicture(
  picture: keyof typeof pictureSeeds,
  [heightPx, widthPx]: readonly [number, number],
): Float32Array {
  const uniform = createUniform(pictureSeeds[picture])
  return Float32Array.from({ length: 3 * heightPx * widthPx }, uniform)
}
