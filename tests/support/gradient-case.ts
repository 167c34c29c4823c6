import fc from 'fast-check'
import { expect } from 'vitest'
import type { Operator } from '../../src/engine/graph/graph.ts'
import { checkGradients, reductions, type Drawn, type Side, type Values } from './gradient-check.ts'
import { distinct } from './values.ts'

/** An operator with the shapes and options that its gradient is tried on. */
export interface GradientCase {
  readonly operator: Operator
  readonly name: string
  /** @throws where fast-check finds a counterexample, which the message shows */
  readonly check: (runs: number) => Promise<void>
}

/**
 * @param options what varies from run to run; fast-check draws it, shows it and makes it smaller
 * @param draw the inputs, and what is made of them
 */
export function gradientCase<Options>(
  operator: Operator,
  name: string,
  options: fc.Arbitrary<Options>,
  draw: (options: Options) => Drawn,
): GradientCase {
  return {
    operator,
    name,
    check: async (runs) => {
      const passed = new Set<Operator>()
      const property = fc.asyncProperty(
        options,
        fc.constantFrom(...reductions),
        fc.nat(),
        async (drawn, reduction, seed) => {
          for (const found of await checkGradients(draw(drawn), reduction, seed)) passed.add(found)
        },
      )
      await fc.assert(property, { numRuns: runs })
      expect(passed).toContain(operator)
    },
  }
}

export const tensor = (
  sides: readonly Side[],
  values: Values = distinct,
): { readonly sides: readonly Side[]; readonly values: Values } => ({ sides, values })

export const integer = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max })

/** Sides of a feature map, its height and width open. */
export interface MapSides {
  readonly batch: number
  readonly channels: number
  readonly height: number
  readonly width: number
}

export const mapSides = (maxSide = 8): fc.Arbitrary<MapSides> =>
  fc.record({
    batch: integer(1, 2),
    channels: integer(1, 3),
    height: integer(1, maxSide),
    width: integer(1, maxSide),
  })

export const featureMap = ({ batch, channels, height, width }: MapSides): readonly Side[] => [
  batch,
  channels,
  ['H', height],
  ['W', width],
]

const symbols = ['P', 'Q', 'R', 'S']

/** One to four sides of 1 to 4, those above 1 open. */
export const anySides: fc.Arbitrary<readonly Side[]> = fc
  .array(integer(1, 4), { minLength: 1, maxLength: 4 })
  .map((sizes) => open(sizes))

/** Sides above 1 become open; named by their distance from the last axis, so that equal axes have equal names. */
export function open(sizes: readonly number[]): readonly Side[] {
  return sizes.map((size, axis) => (size === 1 ? 1 : [symbols[sizes.length - 1 - axis]!, size]))
}

/** Two lists of sides that broadcast to each other: either may lack leading axes and have axes of one cell. */
export const broadcastingSides: fc.Arbitrary<readonly [readonly Side[], readonly Side[]]> = fc
  .array(fc.tuple(integer(1, 4), fc.constantFrom('both', 'left', 'right')), { minLength: 0, maxLength: 4 })
  .chain((axes) =>
    fc.tuple(fc.constant(axes), integer(0, axes.length), fc.constantFrom('left' as const, 'right' as const)),
  )
  .map(([axes, dropped, shorter]) => {
    const of = (side: 'left' | 'right'): readonly Side[] => {
      const sizes = axes.map(([size, has]) => (has === 'both' || has === side ? size : 1))
      return open(sizes).slice(side === shorter ? dropped : 0)
    }
    return [of('left'), of('right')]
  })
