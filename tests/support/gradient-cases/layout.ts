import fc from 'fast-check'
import * as o from '../../../src/engine/ops/index.ts'
import {
  featureMap,
  gradientCase,
  integer,
  mapSides,
  open,
  tensor,
  type GradientCase,
} from '../gradient-case.ts'
import type { Side } from '../gradient-check.ts'

const sizes = (minLength: number, maxLength: number): fc.Arbitrary<number[]> =>
  fc.array(integer(1, 4), { minLength, maxLength })

const transpose = gradientCase(
  o.transposeOperator,
  'any order of axes',
  sizes(1, 4).chain((drawn) =>
    fc.record({
      sizes: fc.constant(drawn),
      order: fc.shuffledSubarray(
        drawn.map((_, axis) => axis),
        { minLength: drawn.length },
      ),
    }),
  ),
  ({ sizes, order }) => ({
    inputs: { x: tensor(open(sizes)) },
    build: ({ x }) => o.transpose(x!, order),
  }),
)

/** Targets for feature maps of 6 channels; `open`: they need no numeric height or width. */
const targets = [
  { target: [-1], open: true },
  { target: [0, -1], open: true },
  { target: [0, 0, -1], open: true },
  { target: [0, 2, 3, -1], open: true },
  { target: [-1, 3, 0, 0], open: true },
  { target: [6, -1], open: true },
  { target: [-1, 1, 0, 0], open: true },
  { target: [0, 6, -1, 1, 1], open: true },
  { target: [3, 2, -1], open: false },
]

const reshape = gradientCase(
  o.reshapeOperator,
  'feature maps to matrices and others',
  fc.record({ sides: mapSides(4), form: fc.constantFrom(...targets) }),
  ({ sides, form }) => {
    const map = featureMap({ ...sides, channels: 6 })
    const numbers = map.map((side) => (typeof side === 'number' ? side : side[1]))
    return {
      inputs: { x: tensor(form.open ? map : numbers) },
      build: ({ x }) => o.reshape(x!, form.target),
    }
  },
)

const reshapeBack = gradientCase(
  o.reshapeOperator,
  'matrices to feature maps',
  fc.record({ columns: integer(1, 6), rows: integer(1, 3) }),
  ({ columns, rows }) => ({
    inputs: { x: tensor([rows, ['W', columns]]), like: tensor([rows, ['W', columns], 1, 1]) },
    build: ({ x, like }) => o.reshapeLike(x!, like!),
  }),
)

const squeeze = gradientCase(
  o.squeezeOperator,
  'feature maps and others',
  fc
    .record({ sizes: sizes(1, 4), at: integer(0, 4) })
    .map(({ sizes, at }) => ({ sizes, axis: Math.min(at, sizes.length - 1) })),
  ({ sizes, axis }) => ({
    inputs: { x: tensor(open(sizes).map((side, i) => (i === axis ? 1 : side))) },
    build: ({ x }) => o.exp(o.squeeze(x!, [axis])),
  }),
)

const slice = gradientCase(
  o.sliceOperator,
  'from the front and from the back',
  fc
    .record({
      sizes: sizes(1, 4),
      axis: integer(0, 3),
      start: integer(0, 3),
      length: integer(1, 4),
      form: fc.constantFrom('front' as const, 'back' as const, 'rest' as const),
    })
    .filter(({ sizes, axis, start, length }) => axis < sizes.length && start + length <= sizes[axis]!),
  ({ sizes, axis, start, length, form }) => {
    const end = start + length
    const side = sizes[axis]!
    const ends = { front: end, back: end < side ? end - side : undefined, rest: undefined }
    return {
      inputs: { x: tensor(open(sizes)) },
      build: ({ x }) => o.mul(o.slice(x!, axis, start, ends[form]), x!.graph.constant(2)),
    }
  },
)

const flip = gradientCase(
  o.sliceOperator,
  'flips',
  fc.record({ sizes: sizes(1, 4), axis: integer(0, 3) }).filter(({ sizes, axis }) => axis < sizes.length),
  ({ sizes, axis }) => ({ inputs: { x: tensor(open(sizes)) }, build: ({ x }) => o.flip(x!, axis) }),
)

const crop = gradientCase(
  o.sliceOperator,
  'the front, as long as another tensor',
  fc.record({ sides: mapSides(5), more: fc.tuple(integer(0, 3), integer(0, 3)) }),
  ({ sides, more }) => ({
    inputs: {
      x: tensor([sides.batch, sides.channels, ['Y', sides.height + more[0]], ['X', sides.width + more[1]]]),
      like: tensor(featureMap(sides)),
    },
    build: ({ x, like }) => o.cropTo(x!, like!),
  }),
)

const pads = fc.tuple(integer(0, 3), integer(0, 3))

const pad = (['constant', 'reflect', 'edge'] as const).map((mode) =>
  gradientCase(
    o.padOperator,
    mode,
    fc
      .record({ sides: mapSides(5), vertical: pads, horizontal: pads })
      .filter(({ vertical, horizontal }) => Math.max(...vertical, ...horizontal) > 0)
      .filter(
        ({ sides, vertical, horizontal }) =>
          mode !== 'reflect' ||
          (Math.max(...vertical) < sides.height && Math.max(...horizontal) < sides.width),
      ),
    ({ sides, vertical, horizontal }) => ({
      inputs: { x: tensor(featureMap(sides)) },
      build: ({ x }) => o.pad(x!, { 2: vertical, 3: horizontal }, mode),
    }),
  ),
)

const padChannels = gradientCase(
  o.padOperator,
  'any axis',
  fc
    .record({ sizes: sizes(1, 4), axis: integer(0, 3), amounts: pads })
    .filter(({ sizes, axis, amounts }) => axis < sizes.length && Math.max(...amounts) > 0),
  ({ sizes, axis, amounts }) => ({
    inputs: { x: tensor(open(sizes)) },
    build: ({ x }) => o.pad(x!, { [axis]: amounts }),
  }),
)

const concat = gradientCase(
  o.concatOperator,
  'any axis, the same value twice',
  fc
    .record({
      sizes: sizes(1, 4),
      axis: integer(0, 3),
      lengths: fc.tuple(integer(1, 3), integer(1, 3)),
      twice: fc.boolean(),
    })
    .filter(({ sizes, axis }) => axis < sizes.length),
  ({ sizes, axis, lengths, twice }) => {
    const sides = (length: number): readonly Side[] =>
      open(sizes).map((side, i) => (i === axis ? length : side))
    return {
      inputs: { a: tensor(sides(lengths[0])), b: tensor(sides(lengths[1])) },
      build: ({ a, b }) => o.concat(twice ? [a!, b!, a!] : [a!, b!], axis),
    }
  },
)

export const layoutCases: readonly GradientCase[] = [
  transpose,
  reshape,
  reshapeBack,
  squeeze,
  slice,
  flip,
  crop,
  ...pad,
  padChannels,
  concat,
]
