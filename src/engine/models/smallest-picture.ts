import { PasticheError } from '../../shared/errors.ts'
import type { Size } from '../tensor/size.ts'
import { halvingsBefore } from './features.ts'
import type { Layer } from './layers.ts'

/** The shortest side that leaves one feature at the deepest tap. */
export function smallestSidePx(
  layers: readonly Layer[],
  taps: readonly string[],
): { px: number; tap: string } {
  return taps.reduce(
    (deepest, tap) => {
      const px = 2 ** halvingsBefore(layers, tap)
      return px > deepest.px ? { px, tap } : deepest
    },
    { px: 1, tap: '' },
  )
}

/**
 * @param original the picture before it was scaled: where that is large enough, another size would do
 * @param hint for that case, what to ask for instead
 * @throws PasticheError `picture-too-small`, `size-too-small`
 */
export function assertLargeEnough(
  what: string,
  size: Size,
  needed: { px: number; tap: string },
  { original = size, hint }: { original?: Size; hint?: string } = {},
): void {
  const isEnough = ({ widthPx, heightPx }: Size): boolean => Math.min(widthPx, heightPx) >= needed.px
  if (isEnough(size)) return
  const message = `The ${what} is too small (${size.widthPx} × ${size.heightPx} px): ${needed.tap} needs at least ${needed.px} × ${needed.px} px.`
  if (!isEnough(original)) throw new PasticheError('picture-too-small', message)
  throw new PasticheError('size-too-small', message, hint === undefined ? {} : { hint })
}
