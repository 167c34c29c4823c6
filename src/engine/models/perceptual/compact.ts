import { networkConvolutions } from '../../../shared/network-taps.ts'
import { vggLayers, type Layer } from '../layers.ts'

/** Taps of compact that were trained to predict those of VGG16; every recipe's default layers are among them. */
export const compactTaps = [
  'relu1_1',
  'relu2_1',
  'relu3_1',
  'relu4_1',
  'relu4_2',
  'relu4_3',
  'relu5_1',
] as const

/**
 * VGG16 in small, distilled by training/distil.ts: a quarter of the channels, a single convolution in block five.
 *
 * At a trained tap a linear map E [V, C] of its features S predicts the V channels of VGG16. With E = U·Σ·Vᵀ, the tap's
 * projection is √(C/V)·Σ·Vᵀ, times one number for all taps. The columns of U are orthonormal, so distances of features, means and
 * covariances, averaged over C channels, are those of the predicted features averaged over V channels, and recipes that are
 * balanced for VGG fit.
 */
export const compactLayers: readonly Layer[] = vggLayers({
  convolutions: networkConvolutions.compact,
  widths: [16, 32, 64, 128, 128],
}).map((layer) =>
  layer.kind === 'conv' && compactTaps.some((tap) => tap === layer.relu)
    ? { ...layer, isProjected: true }
    : layer,
)
