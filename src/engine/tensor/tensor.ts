/** A dense float32 tensor in row-major order. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

export const scalar = (value: number): Tensor => ({ shape: [], data: Float32Array.of(value) })
