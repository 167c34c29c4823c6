import type { Tensor } from '../tensor/tensor.ts'

/**
 * Input that a network expects, as an affine map of each channel: RGB in [0,1] is put in `channels`
 * order, multiplied by `scale`, `mean` is subtracted and the rest divided by `std` (all in `channels` order).
 */
export interface Preprocessing {
  readonly channels: 'rgb' | 'bgr'
  readonly scale: number
  readonly mean: readonly [number, number, number]
  readonly std: readonly [number, number, number]
}

/** The two families of published VGG weights; they are not interchangeable. */
export const preprocessings = {
  /** Oxford/Caffe, Keras: BGR in 0–255 minus the ImageNet mean (Simonyan & Zisserman 2014). */
  caffe: { channels: 'bgr', scale: 255, mean: [103.939, 116.779, 123.68], std: [1, 1, 1] },
  /** torchvision, timm: RGB in 0–1, ImageNet mean and deviation. */
  torchvision: { channels: 'rgb', scale: 1, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  none: { channels: 'rgb', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] },
} as const satisfies Record<string, Preprocessing>

/**
 * The weights of one network. Every tensor is a view into `bytes`, which is the content of one file: graphs refer
 * to it as ONNX external data, so it is never copied into them.
 * Names are those of our tables: `conv1_1.weight` [out, in, kh, kw] and `conv1_1.bias` [out].
 */
export interface NetworkWeights {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly tensors: ReadonlyMap<string, Tensor>
  readonly preprocessing: Preprocessing
  /** Origin of the weights, for recipes and reports: "compact", "Keras VGG19 (Oxford)". */
  readonly origin: string
}
