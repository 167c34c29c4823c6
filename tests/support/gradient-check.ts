import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { ConcreteDeviceId } from '../../src/shared/contract/device.ts'
import { gradients } from '../../src/engine/autodiff/gradient.ts'
import type { Dimension } from '../../src/engine/graph/dimension.ts'
import { Graph } from '../../src/engine/graph/graph.ts'
import { serialize } from '../../src/engine/graph/serialize.ts'
import type { Operator, Value } from '../../src/engine/graph/graph.ts'
import { mul, reduceMean, reduceSum, square } from '../../src/engine/ops/index.ts'
import { createRandom, type Random } from '../../src/engine/random.ts'
import { Session } from '../../src/engine/runtime/ort.ts'
import type { Tensor } from '../../src/engine/tensor/tensor.ts'
import { evaluateDimension } from './evaluate-dimension.ts'
import { evaluate } from './interpreter.ts'
import { sizeOf, type Tensor64 } from './tensor64.ts'

/** A side that a graph may hold open: `['H', 7]` is 7 in one graph, `H` in another. */
export type Side = number | readonly [symbol: string, size: number]

/** Draws the numbers of a tensor. */
export type Values = (count: number, random: Random) => readonly number[]

/** Function to differentiate: tensors of these sides and numbers, and what is made of them. */
export interface Drawn {
  readonly inputs: Readonly<Record<string, { readonly sides: readonly Side[]; readonly values: Values }>>
  readonly build: (values: Readonly<Record<string, Value>>) => Value
}

/** How the tensor y becomes a scalar: Σ y·r for a random r, or Σ y², or a mean (whose gradient is one number). */
export const reductions = ['probe', 'squares', 'mean'] as const
export type Reduction = (typeof reductions)[number]

/** Sides as numbers, as symbols `H`, or as multiples `4*h`. */
type Openness = 'numbers' | 'symbols' | 'multiples'

interface Assembled {
  readonly graph: Graph
  readonly y: Value
  readonly loss: Value
  readonly gradients: Readonly<Record<string, Value>>
  /** Sides that the symbols stand for. */
  readonly symbols: Readonly<Record<string, number>>
}

/** The device whose numbers are held against the slopes. */
const device = (process.env['PASTICHE_GRADIENT_DEVICE'] ?? 'cpu') as ConcreteDeviceId

const toleranceOfRuntime = 1e-3
const toleranceOfInterpreter = 1e-6

/**
 * Holds the gradient of every input against central differences of the interpreter, in graphs with numeric and with
 * symbolic sides: evaluated by the interpreter (error ≤ 1e-6) and by ONNX Runtime (≤ 1e-3).
 *
 * @returns the operators that the gradient passed through
 */
export async function checkGradients(
  drawn: Drawn,
  reduction: Reduction,
  seed: number,
): Promise<ReadonlySet<Operator>> {
  const random = createRandom(seed)
  const numeric = assemble(drawn, reduction, 'numbers')
  const feeds = drawFeeds(drawn, numeric, random)
  const differences = centralDifferences(numeric, feeds, Object.keys(drawn.inputs), random)
  for (const openness of ['numbers', 'symbols', 'multiples'] as const) {
    const assembled = openness === 'numbers' ? numeric : assemble(drawn, reduction, openness)
    if (openness !== 'numbers' && Object.keys(assembled.symbols).length === 0) break
    const exact = evaluateGradients(assembled, feeds)
    compare(`interpreter, ${openness}`, exact, differences, toleranceOfInterpreter)
    const run = await runGradients(assembled, feeds)
    compare(`ONNX Runtime, ${openness}`, run, differences, toleranceOfRuntime)
  }
  return new Set(forward(numeric))
}

function assemble(drawn: Drawn, reduction: Reduction, openness: Openness): Assembled {
  const graph = new Graph()
  const symbols: Record<string, number> = {}
  const open = (side: Side): Dimension => openSide(side, openness, symbols)
  const inputs = Object.fromEntries(
    Object.entries(drawn.inputs).map(([name, { sides }]) => [name, graph.input(name, sides.map(open))]),
  )
  const y = drawn.build(inputs)
  const loss = reduce(y, reduction)
  const names = Object.keys(inputs)
  const found = gradients(loss, Object.values(inputs))
  names.forEach((name, i) => expect(found[i]!.shape, name).toEqual(inputs[name]!.shape))
  graph.output({ loss, y, ...Object.fromEntries(names.map((name, i) => [`d/${name}`, found[i]!])) })
  return {
    graph,
    y,
    loss,
    gradients: Object.fromEntries(names.map((name, i) => [name, found[i]!])),
    symbols,
  }
}

function forward({ graph, loss }: Assembled): readonly Operator[] {
  return graph.nodes.slice(0, graph.nodes.indexOf(loss.node!) + 1).map(({ operator }) => operator)
}

function openSide(side: Side, openness: Openness, symbols: Record<string, number>): Dimension {
  if (typeof side === 'number') return side
  const [symbol, size] = side
  if (openness === 'numbers') return size
  const factor = openness === 'multiples' ? [16, 8, 4, 2].find((f) => size % f === 0) : undefined
  if (!factor) {
    symbols[symbol] = size
    return symbol
  }
  symbols[symbol.toLowerCase()] = size / factor
  return `${factor}*${symbol.toLowerCase()}`
}

function reduce(y: Value, reduction: Reduction): Value {
  switch (reduction) {
    case 'probe':
      return reduceSum(mul(y, y.graph.input('probe', y.shape)))
    case 'squares':
      return reduceSum(square(y))
    case 'mean':
      return reduceMean(y)
  }
}

/** Numbers that single precision holds exactly, so that both evaluations start from the same. */
function drawFeeds(drawn: Drawn, { graph, y }: Assembled, random: Random): Record<string, Tensor64> {
  const feeds: Record<string, Tensor64> = {}
  for (const [name, { sides, values }] of Object.entries(drawn.inputs)) {
    const shape = sides.map((side) => (typeof side === 'number' ? side : side[1]))
    feeds[name] = single(shape, values(sizeOf(shape), random))
  }
  const { shape } = evaluate(graph, feeds, [y]).get(y)!
  feeds['probe'] = single(
    shape,
    Array.from({ length: sizeOf(shape) }, () => random.normal()),
  )
  return feeds
}

const single = (shape: readonly number[], values: readonly number[]): Tensor64 => ({
  shape,
  data: Float64Array.from(values, Math.fround),
})

/** A change of one input, and how fast the loss rises along it. */
interface Difference {
  readonly input: string
  readonly direction: Float64Array
  readonly slope: number
}

const denseDirections = 2
const singleDirections = 6

function centralDifferences(
  { graph, loss }: Assembled,
  feeds: Readonly<Record<string, Tensor64>>,
  inputs: readonly string[],
  random: Random,
): readonly Difference[] {
  const h = 1e-5
  const lossAt = (input: string, direction: Float64Array, amount: number): number => {
    const { shape, data } = feeds[input]!
    const moved = { shape, data: data.map((value, i) => value + amount * direction[i]!) }
    return evaluate(graph, { ...feeds, [input]: moved }, [loss]).get(loss)!.data[0]!
  }
  return inputs.flatMap((input) =>
    directions(feeds[input]!.data.length, random).map((direction) => ({
      input,
      direction,
      slope: (lossAt(input, direction, h) - lossAt(input, direction, -h)) / (2 * h),
    })),
  )
}

function directions(size: number, random: Random): readonly Float64Array[] {
  const dense = Array.from({ length: denseDirections }, () =>
    Float64Array.from({ length: size }, () => random.normal()),
  )
  const alone = Array.from({ length: Math.min(size, singleDirections) }, () => {
    const cell = Math.floor(random.uniform() * size)
    return Float64Array.from({ length: size }, (_, i) => (i === cell ? 1 : 0))
  })
  return [...dense, ...alone]
}

function evaluateGradients(
  { graph, y, gradients, symbols }: Assembled,
  feeds: Readonly<Record<string, Tensor64>>,
): Readonly<Record<string, Tensor64>> {
  const found = evaluate(graph, feeds, [...Object.values(gradients), y])
  for (const [value, { shape }] of found) if (value.node) expectShape(value, shape, symbols)
  return Object.fromEntries(Object.entries(gradients).map(([name, value]) => [name, found.get(value)!]))
}

/** The formulas of the graph say what comes out; a symbol that stands for a side nobody names is left out. */
function expectShape(
  value: Value,
  shape: readonly number[],
  symbols: Readonly<Record<string, number>>,
): void {
  const said = value.shape.map((side) => evaluateDimension(side, symbols))
  expect(
    said.map((side, axis) => side ?? shape[axis]),
    `shape [${value.shape.join(', ')}] of ${value.name}`,
  ).toEqual(shape)
}

async function runGradients(
  { graph, y, gradients }: Assembled,
  feeds: Readonly<Record<string, Tensor64>>,
): Promise<Readonly<Record<string, Tensor64>>> {
  exportGraph(graph)
  const session = await Session.create(graph, { device, threads: 1 })
  try {
    const outputs = await session.run(
      Object.fromEntries(graph.inputs.map(({ name }) => [name, toSingle(feeds[name]!)])),
    )
    const expected = evaluate(graph, feeds, [y]).get(y)!
    expectClose('the forward value', fromSingle(outputs['y']!), expected)
    return Object.fromEntries(Object.keys(gradients).map((name) => [name, fromSingle(outputs[`d/${name}`]!)]))
  } finally {
    await session.dispose()
  }
}

/** For scripts/check-onnx.py, where somebody asks for it. */
function exportGraph(graph: Graph): void {
  const folder = process.env['PASTICHE_EXPORT_GRAPHS']
  if (folder === undefined) return
  const bytes = serialize(graph)
  const digest = createHash('sha256').update(bytes).digest('hex')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${digest.slice(0, 16)}.onnx`), bytes)
}

export const toSingle = ({ shape, data }: Tensor64): Tensor => ({ shape, data: Float32Array.from(data) })

export const fromSingle = ({ shape, data }: Tensor): Tensor64 => ({ shape, data: Float64Array.from(data) })

/** Equal shapes, and numbers within 1e-4 of the largest. */
export function expectClose(what: string, received: Tensor64, expected: Tensor64, tolerance = 1e-4): void {
  expect(received.shape, what).toEqual(expected.shape)
  const scale = expected.data.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-2)
  const error = received.data.reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value - expected.data[i]!)),
    0,
  )
  expect(error / scale, `error of ${what}`).toBeLessThanOrEqual(tolerance)
}

function compare(
  by: string,
  found: Readonly<Record<string, Tensor64>>,
  differences: readonly Difference[],
  tolerance: number,
): void {
  for (const { input, direction, slope } of differences) {
    const { data } = found[input]!
    expect(data.length, `size of the gradient of ${input} (${by})`).toBe(direction.length)
    const dot = data.reduce((sum, value, i) => sum + value * direction[i]!, 0)
    const error = Math.abs(dot - slope) / scaleOf(data, direction, slope)
    expect(error, `error of the gradient of ${input} (${by}): ${dot} for ${slope}`).toBeLessThanOrEqual(
      tolerance,
    )
  }
}

/** The slope, or what a direction of this length meets on average where this one happens to meet little. */
function scaleOf(gradient: Float64Array, direction: Float64Array, slope: number): number {
  const norm = (values: Float64Array): number => Math.hypot(...values)
  return Math.max(Math.abs(slope), (norm(gradient) * norm(direction)) / Math.sqrt(gradient.length), 1e-2)
}
