import fc from 'fast-check'
import * as o from '../../../src/engine/ops/index.ts'
import {
  broadcastingSides,
  gradientCase,
  integer,
  open,
  tensor,
  type GradientCase,
} from '../gradient-case.ts'
import type { Side } from '../gradient-check.ts'

const sizes = (minLength: number, maxLength: number): fc.Arbitrary<number[]> =>
  fc.array(integer(1, 4), { minLength, maxLength })

const reductions = [
  { operator: o.reduceSumOperator, build: o.reduceSum },
  { operator: o.reduceMeanOperator, build: o.reduceMean },
].map(({ operator, build }) =>
  gradientCase(
    operator,
    'any axes',
    sizes(1, 4).chain((drawn) =>
      fc.record({
        sizes: fc.constant(drawn),
        axes: fc.option(
          fc.shuffledSubarray(
            drawn.map((_, axis) => axis),
            { minLength: 1 },
          ),
          { nil: undefined },
        ),
        keep: fc.boolean(),
      }),
    ),
    ({ sizes, axes, keep }) => ({
      inputs: { x: tensor(open(sizes)) },
      build: ({ x }) => o.exp(build(x!, axes, keep)),
    }),
  ),
)

const split = gradientCase(
  o.splitOperator,
  'blocks, used as they are or averaged',
  fc.record({
    before: integer(1, 3),
    blocks: integer(2, 3),
    length: integer(2, 4),
    behind: integer(1, 3),
    mean: fc.boolean(),
  }),
  ({ before, blocks, length, behind, mean }) => ({
    inputs: { x: tensor([['H', before], blocks * length, ['W', behind]]) },
    build: ({ x }) => {
      const parts = o.split(x!, 1, length)
      return mean ? o.exp(o.reduceMean(parts, [1, 2])) : o.exp(parts)
    },
  }),
)

const unsqueeze = gradientCase(
  o.unsqueezeOperator,
  'any axes of the result',
  fc
    .record({
      sizes: sizes(0, 3),
      axes: fc.uniqueArray(integer(0, 2), { minLength: 1, maxLength: 2 }),
    })
    .filter(({ sizes, axes }) => Math.max(...axes) < sizes.length + axes.length),
  ({ sizes, axes }) => ({ inputs: { x: tensor(open(sizes)) }, build: ({ x }) => o.unsqueeze(x!, axes) }),
)

const expand = gradientCase(
  o.expandOperator,
  'repeated axes and new ones',
  fc
    .array(fc.tuple(integer(1, 4), fc.boolean()), { minLength: 1, maxLength: 4 })
    .chain((axes) => fc.tuple(fc.constant(axes), integer(0, axes.length)))
    .filter(([axes, dropped]) => dropped > 0 || axes.some(([size, repeated]) => repeated && size > 1)),
  ([axes, dropped]) => {
    const like = open(axes.map(([size]) => size))
    const own = like.map((side, axis) => (axes[axis]![1] ? 1 : side)).slice(dropped)
    return { inputs: { x: tensor(own), like: tensor(like) }, build: ({ x, like }) => o.expandLike(x!, like!) }
  },
)

const matmul = gradientCase(
  o.matmulOperator,
  'leading axes broadcast',
  fc
    .record({ batch: broadcastingSides, rows: integer(1, 4), inner: integer(1, 4), columns: integer(1, 4) })
    .filter(({ batch }) => Math.max(...batch.map(({ length }) => length)) <= 2),
  ({ batch: [left, right], rows, inner, columns }) => {
    const [n, k, m]: Side[] = [
      ['rows', rows],
      ['inner', inner],
      ['columns', columns],
    ]
    return {
      inputs: { a: tensor([...left, n!, k!]), b: tensor([...right, k!, m!]) },
      build: ({ a, b }) => o.matmul(a!, b!),
    }
  },
)

const gram = gradientCase(
  o.matmulOperator,
  'a matrix with its own transpose',
  fc.record({
    batch: fc.option(integer(1, 2), { nil: undefined }),
    rows: integer(1, 4),
    columns: integer(1, 4),
    turned: fc.boolean(),
  }),
  ({ batch, rows, columns, turned }) => ({
    inputs: { x: tensor([...(batch === undefined ? [] : [batch]), ['rows', rows], ['columns', columns]]) },
    build: ({ x }) => (turned ? o.matmul(o.transposed(x!), x!) : o.matmul(x!, o.transposed(x!))),
  }),
)

export const sumCases: readonly GradientCase[] = [...reductions, split, unsqueeze, expand, matmul, gram]
