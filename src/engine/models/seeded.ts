import { createRandom } from '../random.ts'
import { packTensors } from '../tensor/pack.ts'
import type { NetworkWeights, Preprocessing } from './network-weights.ts'
import type { Layer } from './layers.ts'

/**
 * Weights from a seed: normal with variance 2/(inputs of a filter), so that activations keep their size through ReLUs
 * (He et al. 2015, eq. 10); biases 0. They are for measuring and testing networks at full size without a download.
 */
export function seededWeights(
  layers: readonly Layer[],
  seed: number,
  preprocessing: Preprocessing,
): NetworkWeights {
  const packed = packTensors(weightShapes(layers))
  const random = createRandom(seed)
  for (const [name, { shape, data }] of packed.tensors) {
    if (name.endsWith('.bias')) continue
    const deviation = Math.sqrt(2 / (shape[1]! * shape[2]! * shape[3]!))
    for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal()
  }
  return { ...packed, preprocessing, origin: `seeded, ${seed}` }
}

/** Names and shapes of a network's tensors, in the order of its table. */
export function weightShapes(layers: readonly Layer[]): readonly (readonly [string, readonly number[]])[] {
  return layers.flatMap((layer) =>
    layer.kind === 'conv'
      ? [
          [`${layer.name}.weight`, [layer.outChannels, layer.inChannels, 3, 3]] as const,
          [`${layer.name}.bias`, [layer.outChannels]] as const,
          ...(layer.isProjected
            ? [[`${layer.relu}.projection`, [layer.outChannels, layer.outChannels, 1, 1]] as const]
            : []),
        ]
      : [],
  )
}
