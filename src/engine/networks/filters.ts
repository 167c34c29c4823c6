import type { Tensor } from '../weights/weights.ts'

/**
 * The designed 3×3 filters of the built-in network: one level of a steerable pyramid (Freeman & Adelson 1991; Simoncelli &
 * Freeman 1995) on brightness and two opponent colours. Repeated after every pool, they see edges and bars of every size.
 */

/** A 3×3 kernel, row by row, on one of the {@link opponentAxes}. */
export interface Filter {
  readonly axis: 0 | 1 | 2
  readonly kernel: readonly number[]
}

/** Brightness, red against green, yellow against blue: weights of R, G, B. */
const opponentAxes = [
  [1, 1, 1],
  [1, -1, 0],
  [0.5, 0.5, -1],
] as const

const smooth = [0.25, 0.5, 0.25]
const slope = [-0.5, 0, 0.5]
const bend = [0.25, -0.5, 0.25]

/** vertical · horizontalᵀ, row by row. */
const outer = (vertical: readonly number[], horizontal: readonly number[]): number[] =>
  vertical.flatMap((y) => horizontal.map((x) => x * y))

const slopeX = outer(smooth, slope)
const slopeY = outer(slope, smooth)
const bendX = outer(smooth, bend)
const bendY = outer(bend, smooth)
const bendXY = outer(slope, slope)

/** a·A + b·B + … of each cell. */
const mix = (...terms: (readonly [factor: number, kernel: readonly number[]])[]): number[] =>
  terms[0]![1].map((_, cell) => terms.reduce((sum, [factor, kernel]) => sum + factor * kernel[cell]!, 0))

/** ReLU halves a response; a filter and its negative keep it whole (CReLU, Shang et al. 2016). */
const pair = (axis: Filter['axis'], kernel: readonly number[]): Filter[] => [
  { axis, kernel },
  { axis, kernel: kernel.map((value) => -value) },
]

/** What filters are steered to, as [cos, sin]: along, down and both diagonals. */
const directions = [0, 1, 2, 3].map((quarter) => {
  const angle = (quarter * Math.PI) / 4
  return [Math.cos(angle), Math.sin(angle)] as const
})

/** First derivatives of a Gaussian. */
const edges = directions.map(([cos, sin]) => mix([cos, slopeX], [sin, slopeY]))

/** Second derivatives of a Gaussian: light bars, as a brush leaves them. */
const bars = directions.map(([cos, sin]) =>
  mix([-cos * cos, bendX], [-sin * sin, bendY], [-0.5 * cos * sin, bendXY]),
)

/** Without these, no edge would see stripes of one pixel and nothing at all checks: they would grow unseen. */
const finest = [
  [0, 0, 0, 0, -1, 1, 0, 0, 0],
  [0, 0, 0, 0, -1, 0, 0, 1, 0],
  [0, 0, 0, 0, -1, 0, 0, 0, 1],
  [0, 0, 0, 0, -1, 0, 1, 0, 0],
].map((kernel): Filter => ({ axis: 0, kernel }))

/**
 * Brightness and colours, smoothed, each with its negative: what the next level of the pyramid is made from, and how the
 * colours of a style are seen at all. Every convolution has these first.
 */
export const lowPass: readonly Filter[] = ([0, 1, 2] as const).flatMap((axis) =>
  pair(axis, outer(smooth, smooth)),
)

/** Filters with a mean of zero, in the first convolution of each block. */
export const bandPass: readonly Filter[] = [
  ...edges.flatMap((kernel) => pair(0, kernel)),
  // Of colours too: seen in two directions only, their borders would grow straight, as if cut with a knife.
  ...([1, 2] as const).flatMap((axis) => edges.map((kernel): Filter => ({ axis, kernel }))),
  ...bars.map((kernel): Filter => ({ axis: 0, kernel })),
  ...pair(0, mix([1, bendX], [1, bendY])),
  ...finest,
]

/** Writes filters as the first of `weight` [out, 3, 3, 3], which reads a picture. */
export function writeOnPicture(weight: Tensor, filters: readonly Filter[]): void {
  filters.forEach(({ axis, kernel }, filter) => {
    opponentAxes[axis].forEach((share, channel) => writeKernel(weight, filter, channel, kernel, share))
  })
}

/** Writes filters as the first of `weight` [out, in, 3, 3], which reads features that begin with the {@link lowPass} pairs. */
export function writeOnFeatures(weight: Tensor, filters: readonly Filter[]): void {
  filters.forEach(({ axis, kernel }, filter) => {
    writeKernel(weight, filter, 2 * axis, kernel, 1)
    writeKernel(weight, filter, 2 * axis + 1, kernel, -1)
  })
}

function writeKernel(
  { shape, data }: Tensor,
  filter: number,
  channel: number,
  kernel: readonly number[],
  factor: number,
): void {
  const start = 9 * (filter * shape[1]! + channel)
  kernel.forEach((value, cell) => (data[start + cell] = factor * value))
}
