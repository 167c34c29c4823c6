/** A seeded stream of numbers: the only source of chance in the sample pictures, so that every run draws the same ones. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform in [from, to). */
  range(from: number, to: number): number
  /** Uniform integer in [0, count). */
  below(count: number): number
  /** Normal distribution, mean 0, standard deviation 1 (Box-Muller). */
  normal(): number
  /** One element of a non-empty list. */
  pick<T>(items: readonly T[]): T
}

/** @param seed - 32-bit integer; equal seeds give equal streams. */
export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed)
  const next = (): number => (generator.next() >>> 0) / 4294967296
  const below = (count: number): number => Math.floor(next() * count)
  return {
    next,
    below,
    range: (from, to) => from + (to - from) * next(),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (items) => items[below(items.length)]!,
  }
}
