import { networkConvolutions } from '../../../shared/network-taps.ts'
import { vggLayers } from '../layers.ts'

const widths = [64, 128, 256, 512, 512] as const

/** Configuration D of Simonyan & Zisserman 2014, "Very Deep Convolutional Networks", table 1; convolutions only. */
export const vgg16 = vggLayers({ convolutions: networkConvolutions.vgg16, widths })

/** Configuration E of the same table. */
export const vgg19 = vggLayers({ convolutions: networkConvolutions.vgg19, widths })
