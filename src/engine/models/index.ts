import type { NetworkId } from '../../shared/contract/parameters.ts'
import { compactLayers } from './perceptual/compact.ts'
import type { Layer } from './layers.ts'
import { vgg16, vgg19 } from './perceptual/vgg.ts'

/** The table of each network. */
export const networkLayers: Readonly<Record<NetworkId, readonly Layer[]>> = {
  compact: compactLayers,
  vgg16,
  vgg19,
}
