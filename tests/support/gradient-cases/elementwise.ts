import fc from 'fast-check'
import type { Operator, Value } from '../../../src/engine/graph/graph.ts'
import * as o from '../../../src/engine/ops/index.ts'
import {
  anySides,
  broadcastingSides,
  featureMap,
  gradientCase,
  integer,
  mapSides,
  tensor,
  type GradientCase,
} from '../gradient-case.ts'
import type { Values } from '../gradient-check.ts'
import { awayFrom, distinct, divisors, normal, positive } from '../values.ts'

function unary(
  operator: Operator,
  build: (x: Value) => Value,
  values: Values = distinct,
  name = 'any shape',
): GradientCase {
  return gradientCase(operator, name, anySides, (sides) => ({
    inputs: { x: tensor(sides, values) },
    build: ({ x }) => build(x!),
  }))
}

function binary(
  operator: Operator,
  build: (a: Value, b: Value) => Value,
  values: readonly [Values, Values] = [distinct, distinct],
): GradientCase {
  return gradientCase(operator, 'broadcasting', broadcastingSides, ([a, b]) => ({
    inputs: { a: tensor(a, values[0]), b: tensor(b, values[1]) },
    build: (inputs) => build(inputs['a']!, inputs['b']!),
  }))
}

const clip = gradientCase(
  o.clipOperator,
  'bounds on either side of 0',
  fc.record({ sides: anySides, low: integer(-8, 0), width: integer(1, 8) }),
  ({ sides, low, width }) => {
    const bounds = [low / 10, (low + width) / 10] as const
    return { inputs: { x: tensor(sides, awayFrom(bounds)) }, build: ({ x }) => o.clip(x!, ...bounds) }
  },
)

const numberOperand = gradientCase(
  o.addOperator,
  'a number as one side',
  fc.record({ sides: anySides, number: integer(-3, 3) }),
  ({ sides, number }) => ({
    inputs: { x: tensor(sides) },
    build: ({ x }) => o.add(o.sub(o.mul(x!, number), 0.5), 2),
  }),
)

const integerPower = gradientCase(
  o.powOperator,
  'whole exponents of numbers of either sign',
  fc.record({ sides: anySides, exponent: integer(0, 4) }),
  ({ sides, exponent }) => ({ inputs: { x: tensor(sides) }, build: ({ x }) => o.pow(x!, exponent) }),
)

const blockedCases = [
  { operator: o.blockedOperator, build: o.blocked },
  { operator: o.blockedNegOperator, build: o.blockedNeg },
].map(({ operator, build }) =>
  gradientCase(operator, 'feature maps', mapSides(), (sides) => ({
    inputs: { x: tensor(featureMap(sides), normal) },
    build: ({ x }) => build(x!),
  })),
)

export const elementwiseCases: readonly GradientCase[] = [
  binary(o.addOperator, o.add),
  binary(o.subOperator, o.sub),
  binary(o.mulOperator, o.mul),
  binary(o.divOperator, o.div, [distinct, divisors]),
  binary(o.powOperator, o.pow, [positive, distinct]),
  numberOperand,
  integerPower,
  unary(o.mulOperator, o.square, distinct, 'a square'),
  unary(o.addOperator, (x) => o.add(x, x), distinct, 'twice the same'),
  unary(o.negOperator, o.neg),
  unary(o.sqrtOperator, o.sqrt, positive),
  unary(o.expOperator, o.exp),
  unary(o.logOperator, o.log, positive),
  unary(o.tanhOperator, o.tanh),
  unary(o.sigmoidOperator, o.sigmoid),
  unary(o.absOperator, o.abs),
  unary(o.reluOperator, o.relu),
  clip,
  ...blockedCases,
]
