import type { Layer } from '../../src/engine/models/layers.ts'
import { vggLayers } from '../../src/engine/models/layers.ts'
import type { NetworkTables } from '../../src/engine/weights/recognise.ts'
import type { Tensor } from '../../src/engine/tensor/tensor.ts'

const widths = [2, 3, 4, 5, 6]

/** VGG with few channels: files of kilobytes. */
export const narrowTables: NetworkTables = {
  vgg16: vggLayers({ convolutions: [2, 2, 3, 3, 3], widths }),
  vgg19: vggLayers({ convolutions: [2, 2, 4, 4, 4], widths }),
}

/** Our names (conv1_1.weight) → torchvision's (features.0.weight). */
export function torchvisionNames(layers: readonly Layer[]): ReadonlyMap<string, string> {
  let module = 0
  const names = new Map<string, string>()
  for (const layer of layers) {
    if (layer.kind === 'conv') {
      names.set(`${layer.name}.weight`, `features.${module}.weight`)
      names.set(`${layer.name}.bias`, `features.${module}.bias`)
    }
    module += layer.kind === 'conv' ? 2 : 1
  }
  return names
}

/** Our names → those of the files that Keras publishes (block1_conv1/block1_conv1_W_1:0). */
export function kerasNames(layers: readonly Layer[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const { kind, name } of layers) {
    if (kind !== 'conv') continue
    const keras = name.replace(/conv(\d)_(\d)/, 'block$1_conv$2')
    names.set(`${name}.weight`, `${keras}/${keras}_W_1:0`)
    names.set(`${name}.bias`, `${keras}/${keras}_b_1:0`)
  }
  return names
}

export function renamed(
  tensors: ReadonlyMap<string, Tensor>,
  names: ReadonlyMap<string, string>,
): Map<string, Tensor> {
  return new Map([...tensors].map(([name, tensor]) => [names.get(name) ?? name, tensor]))
}
