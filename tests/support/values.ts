import type { Random } from '../../src/engine/random.ts'
import type { Values } from './gradient-check.ts'

// Numbers at which the operators under test are smooth.

/** All different by at least 1/count, of either sign, 0.05 to 1 in size: no kink at 0 and a clear winner in each window. */
export const distinct: Values = (count, random) => {
  const order = shuffled(count, random)
  return order.map((rank) => {
    const level = (rank + 0.5) / count
    return rank % 2 === 0 ? 0.05 + 0.95 * level : -0.05 - 0.95 * level
  })
}

/** Between 0.5 and 1.5. */
export const positive: Values = (count, random) => many(count, () => 0.5 + random.uniform())

/** 0.5 to 1.5 in size, of either sign. */
export const divisors: Values = (count, random) =>
  many(count, () => (random.uniform() < 0.5 ? -0.5 : 0.5) * (1 + 2 * random.uniform()))

/** Between −1 and 1, at least 0.05 from each point. */
export const awayFrom =
  (points: readonly number[]): Values =>
  (count, random) =>
    many(count, () => {
      for (;;) {
        const value = 2 * random.uniform() - 1
        if (points.every((point) => Math.abs(value - point) > 0.05)) return value
      }
    })

/** Standard normal. */
export const normal: Values = (count, random) => many(count, () => random.normal())

const many = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw)

/** 0 … count − 1 in random order (Fisher & Yates). */
function shuffled(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1))
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}
