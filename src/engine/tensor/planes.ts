import type { Size } from './size.ts'
import type { Tensor } from './tensor.ts'

/** A picture in memory: RGB, sRGB-encoded, in [0,1], planar [3, H, W]. */
export interface Planes extends Size {
  readonly rgb: Float32Array
  /** Opacity [H, W] in [0,1]; absent or null where it is opaque. */
  readonly alpha?: Float32Array | null
}

/** @returns RGB as [1, 3, H, W], a view */
export function toTensor({ rgb, widthPx, heightPx }: Planes): Tensor {
  return { shape: [1, 3, heightPx, widthPx], data: rgb }
}

/** Limits values to [0,1], in place: bicubic filters overshoot at edges, and optimizers beyond every colour. */
export function clampUnit(values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(1, Math.max(0, values[i]!))
  return values
}
