import fc from 'fast-check'
import * as o from '../../../src/engine/ops/index.ts'
import {
  featureMap,
  gradientCase,
  integer,
  mapSides,
  tensor,
  type GradientCase,
  type MapSides,
} from '../gradient-case.ts'
import { normal } from '../values.ts'

const geometry = {
  sides: mapSides(),
  outChannels: integer(1, 3),
  kernel: fc.oneof(
    fc.constantFrom([1, 1], [3, 3], [5, 5]),
    fc.tuple(integer(1, 4), integer(1, 4)),
  ) as fc.Arbitrary<readonly number[]>,
  stride: integer(1, 3),
  pad: integer(0, 2),
  dilation: integer(1, 2),
  bias: fc.boolean(),
}

const extent = (kernel: number, dilation: number): number => dilation * (kernel - 1) + 1

const geometries = fc
  .record(geometry)
  .filter(({ sides, kernel, pad, dilation }) =>
    [sides.height, sides.width].every((side, i) => side + 2 * pad >= extent(kernel[i]!, dilation)),
  )

type Geometry = typeof geometries extends fc.Arbitrary<infer G> ? G : never

/** True if rows remain behind the last window, even of the picture itself. */
const leavesRows = ({ sides, kernel, stride, pad, dilation }: Geometry): boolean =>
  (sides.height + 2 * pad - extent(kernel[0]!, dilation)) % stride > pad

const conv = Object.entries({
  'stride, pad, dilation, bias, kernels': geometries,
  'rows that no window reaches': geometries.filter(leavesRows),
}).map(([name, drawn]) =>
  gradientCase(o.convOperator, name, drawn, ({ sides, outChannels, kernel, bias, ...options }) => ({
    inputs: {
      x: tensor(featureMap(sides), normal),
      w: tensor([outChannels, sides.channels, ...kernel], normal),
      ...(bias ? { b: tensor([outChannels], normal) } : {}),
    },
    build: ({ x, w, b }) => o.conv(x!, w!, b ?? null, options),
  })),
)

const convTranspose = gradientCase(
  o.convTransposeOperator,
  'stride, pad, dilation, bias, kernels',
  fc.record({ ...geometry, sides: mapSides(5) }).filter(({ sides, kernel, stride, pad, dilation }) =>
    [sides.height, sides.width].every((side, i) => {
      const full = stride * (side - 1) + extent(kernel[i]!, dilation)
      return full - 2 * pad >= 1
    }),
  ),
  ({ sides, outChannels, kernel, bias, ...options }) => ({
    inputs: {
      x: tensor(featureMap(sides), normal),
      w: tensor([sides.channels, outChannels, ...kernel], normal),
      ...(bias ? { b: tensor([outChannels], normal) } : {}),
    },
    build: ({ x, w, b }) => o.convTranspose(x!, w!, options, b ?? null),
  }),
)

interface Window {
  readonly sides: MapSides
  readonly kernel: number
  readonly stride: number
  readonly pad: number
}

const fits = ({ sides, kernel, pad }: Window): boolean =>
  pad < kernel && Math.min(sides.height, sides.width) + 2 * pad >= kernel

const tiling: fc.Arbitrary<Window> = fc
  .record({ sides: mapSides(9), kernel: integer(1, 4) })
  .map(({ sides, kernel }) => ({ sides, kernel, stride: kernel, pad: 0 }))
  .filter(fits)

const overlapping: fc.Arbitrary<Window> = fc
  .record({ sides: mapSides(7), kernel: integer(1, 4), stride: integer(1, 4), pad: integer(0, 2) })
  .filter(fits)

const pools = [
  { operator: o.maxPoolOperator, build: o.maxPool },
  { operator: o.averagePoolOperator, build: o.averagePool },
].flatMap(({ operator, build }) =>
  Object.entries({
    'windows side by side': tiling,
    'overlapping, gaping and padded windows': overlapping,
  }).map(([name, windows]) =>
    gradientCase(operator, name, windows, ({ sides, ...window }) => ({
      inputs: { x: tensor(featureMap(sides)) },
      build: ({ x }) => build(x!, window),
    })),
  ),
)

const upsample = gradientCase(
  o.resizeOperator,
  'whole factors',
  fc.record({ sides: mapSides(5), factor: integer(1, 4) }),
  ({ sides, factor }) => ({
    inputs: { x: tensor(featureMap(sides)) },
    build: ({ x }) => o.upsample(x!, factor),
  }),
)

const instanceNorm = gradientCase(
  o.instanceNormOperator,
  'feature maps',
  mapSides(6).filter(({ height, width }) => height * width > 1),
  (sides) => ({
    inputs: {
      x: tensor(featureMap(sides)),
      scale: tensor([sides.channels], normal),
      bias: tensor([sides.channels], normal),
    },
    // The sum and the sum of squares of what is normalised are constant, so their slope would be rounding.
    build: ({ x, scale, bias }) => o.tanh(o.instanceNorm(x!, scale!, bias!)),
  }),
)

export const windowCases: readonly GradientCase[] = [...conv, convTranspose, ...pools, upsample, instanceNorm]
