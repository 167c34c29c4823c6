import { vggLayers } from '../../../src/engine/models/layers.ts'
import type { NetworkTables } from '../../../src/engine/weights/recognise.ts'

const widths = [8, 16, 24, 32, 32]

/** VGG with few channels: files of about 300 kB. */
export const slimTables: NetworkTables = {
  vgg16: vggLayers({ convolutions: [2, 2, 3, 3, 3], widths }),
  vgg19: vggLayers({ convolutions: [2, 2, 4, 4, 4], widths }),
}
