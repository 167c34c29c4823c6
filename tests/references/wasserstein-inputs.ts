import { createUniform } from './losses-inputs.ts'

/** The features and pictures of wasserstein.py. */

/** Eight signals of falling strength, mixed into every channel, over an offset of its own: C × N. */
export function mixedFeatures(seed: number, channels: number, positions: number): Float32Array {
  const uniform = createUniform(seed)
  const draw = (count: number): Float64Array => Float64Array.from({ length: count }, uniform)
  const offsets = draw(channels)
  const weights = draw(8 * channels).map((u) => 2 * u - 1)
  const signals = draw(8 * positions).map((u) => 2 * u - 1)
  return Float32Array.from({ length: channels * positions }, (_, i) => {
    const [c, n] = [Math.floor(i / positions), i % positions]
    let sum = offsets[c]!
    for (let k = 0; k < 8; k++) sum += 3 ** -k * weights[8 * c + k]! * signals[k * positions + n]!
    return sum
  })
}

/** One number for each channel, at every position: C × N. */
export function flatFeatures(seed: number, channels: number, positions: number): Float32Array {
  const uniform = createUniform(seed)
  const offsets = Float64Array.from({ length: channels }, uniform)
  return Float32Array.from({ length: channels * positions }, (_, i) => offsets[Math.floor(i / positions)]!)
}

const formulas = {
  canvas: (y: number, x: number, c: number): number =>
    0.5 + 0.3 * Math.sin(x / 7 + c) + 0.2 * Math.sin(y / 5 - 2 * c) * Math.sin(x / 3),
  style: (y: number, x: number, c: number): number =>
    0.45 + 0.25 * Math.sin((x + 2 * y) / 5 + c) * Math.cos(y / 17) + 0.15 * Math.sign(Math.sin(x / 13 + c)),
}

/** RGB in [0, 1], [3, H, W]. */
export function formulaPicture(
  name: keyof typeof formulas,
  [heightPx, widthPx]: readonly [number, number],
): Float32Array {
  return Float32Array.from({ length: 3 * heightPx * widthPx }, (_, i) => {
    const [c, y] = [Math.floor(i / (heightPx * widthPx)), Math.floor(i / widthPx) % heightPx]
    return Math.min(1, Math.max(0, formulas[name](y, i % widthPx, c)))
  })
}
