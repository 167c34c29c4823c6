import { compactLayers } from './perceptual/compact.ts'
import type { Layer } from './layers.ts'
import { vgg16, vgg19 } from './perceptual/vgg.ts'

/** The table of each network. */
export const networkLayers = {
  compact: compactLayers,
  vgg16,
  vgg19,
} as const satisfies Readonly<Record<string, readonly Layer[]>>
