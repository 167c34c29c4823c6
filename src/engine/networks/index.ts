import type { NetworkId } from '../../shared/contract/parameters.ts'
import { compactLayers } from './compact.ts'
import type { Layer } from './layers.ts'
import { vgg16, vgg19 } from './vgg.ts'

/** The table of each network. */
export const networkLayers: Readonly<Record<NetworkId, readonly Layer[]>> = {
  compact: compactLayers,
  vgg16,
  vgg19,
}
