import { compactLayers, compactTaps } from '../../src/engine/models/perceptual/compact.ts'
import type { Layer } from '../../src/engine/models/layers.ts'
import { weightShapes } from '../../src/engine/models/seeded.ts'
import { vgg16 } from '../../src/engine/models/perceptual/vgg.ts'

/** Taps at which student and teacher are compared. */
export const taps: readonly string[] = compactTaps

/** The student while it is trained: a map E predicts the teacher's features, and stands in the way of nothing. */
export const studentLayers: readonly Layer[] = compactLayers.map((layer) =>
  layer.kind === 'conv' ? { ...layer, isProjected: false } : layer,
)

/** Everything that is trained: the convolutions, and `<tap>.map`, E [V, C], of each tap. */
export const studentShapes: readonly (readonly [name: string, shape: readonly number[]])[] = [
  ...weightShapes(studentLayers),
  ...taps.map((tap) => [`${tap}.map`, [channelsOf(vgg16, tap), channelsOf(compactLayers, tap)]] as const),
]

export function channelsOf(layers: readonly Layer[], tap: string): number {
  const layer = layers.find((layer) => layer.kind === 'conv' && layer.relu === tap)
  if (layer?.kind !== 'conv') throw new Error(`No convolution leads to ${tap}.`)
  return layer.outChannels
}
