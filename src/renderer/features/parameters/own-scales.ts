import type { Parameters, Scale } from '../../../shared/contract/parameters.ts'

export const mostScales = 16

/**
 * The automatic plan as rows to begin a plan of one's own with: sizes double up to the size, and each scale has half the steps
 * of the one before it.
 */
export function firstScales({
  sizePx,
  coarsestPx,
  steps,
}: Pick<Parameters, 'sizePx' | 'coarsestPx' | 'steps'>): Scale[] {
  const sizes = [sizePx]
  while (sizes[0]! / 2 >= coarsestPx && sizes.length < mostScales) sizes.unshift(Math.round(sizes[0]! / 2))
  const parts = 2 ** sizes.length - 1
  const shares = sizes.map((_, i) => Math.floor((steps * 2 ** (sizes.length - 1 - i)) / parts))
  shares[0]! += steps - shares.reduce((sum, share) => sum + share, 0)
  return sizes.map((px, i) => ({ sizePx: px, steps: shares[i]! }))
}

/** One more, twice as large and with half the steps. */
export function nextScale(scales: readonly Scale[], maxSidePx: number): Scale {
  const last = scales.at(-1)
  if (last === undefined) return { sizePx: 256, steps: 200 }
  return { sizePx: Math.min(maxSidePx, last.sizePx * 2), steps: Math.max(1, Math.round(last.steps / 2)) }
}

export function totalSteps(scales: readonly Scale[]): number {
  return scales.reduce((sum, { steps }) => sum + steps, 0)
}
