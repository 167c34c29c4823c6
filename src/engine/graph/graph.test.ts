import { expect, it } from 'vitest'
import * as o from '../ops/index.ts'
import { Graph } from './graph.ts'

it('Equal constants are one value', () => {
  const graph = new Graph()
  expect(graph.constant([1, 2])).toBe(graph.constant([1, 2]))
  expect(graph.integers([1, 2])).toBe(graph.integers([1, 2]))
  expect(graph.constant(1)).toBe(graph.constant(1))
})

it('Constants of another shape, type or precision are others', () => {
  const graph = new Graph()
  const values = [
    graph.constant([1, 2, 3, 4]),
    graph.constant([1, 2, 3, 4], [2, 2]),
    graph.constant([1, 2, 3, 4], [4, 1]),
    graph.integers([1, 2, 3, 4]),
    graph.constant(1),
    graph.constant([1]),
    graph.constant(1 + 2 ** -20),
    graph.constant(1e-30),
    graph.constant(0),
  ]
  expect(new Set(values).size).toBe(values.length)
  expect(new Set(values.map(({ name }) => name)).size).toBe(values.length)
})

it('A number that single precision rounds is the same constant as its rounding', () => {
  const graph = new Graph()
  expect(graph.constant(0.1)).toBe(graph.constant(Math.fround(0.1)))
})

it('Integers are held whole', () => {
  const graph = new Graph()
  const whole = [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0]
  expect(graph.integersOf(graph.integers(whole))).toEqual(whole)
  expect(graph.integers(whole).elementType).toBe('int64')
})

it('Integers are read from integer constants only', () => {
  const graph = new Graph()
  const shape = o.shapeOf(graph.input('x', [2]))
  expect(() => graph.integersOf(graph.constant(1))).toThrow('is not an int64 constant')
  expect(() => graph.integersOf(shape)).toThrow('Shape is not an int64 constant.')
})

it('A constant whose numbers do not fill its shape is refused', () => {
  expect(() => new Graph().constant([1, 2, 3], [2, 2])).toThrow(/of shape \[2, 2\] takes 4 numbers, not 3/)
})

it('Names come from scopes and counters', () => {
  const graph = new Graph()
  const x = graph.input('x', [2])
  const names = [
    o.relu(x),
    graph.scope('block', () => o.relu(x)),
    graph.scope('block', () => graph.scope('inner', () => o.relu(o.relu(x)))),
    o.relu(x),
    graph.scope('block', () => o.relu(x)),
  ].map(({ name }) => name)
  expect(names).toEqual(['Relu', 'block/Relu', 'block/inner/Relu_1', 'Relu_1', 'block/Relu_1'])
})

it('A scope ends even where its contents throw', () => {
  const graph = new Graph()
  const fail = (): never => {
    throw new Error('inside')
  }
  expect(() => graph.scope('block', fail)).toThrow('inside')
  expect(o.relu(graph.input('x', [1])).name).toBe('Relu')
})

it('Two inputs, outputs or weights of one name are refused', () => {
  const graph = new Graph()
  const x = graph.input('x', [1])
  expect(() => graph.input('x', [2])).toThrow('Two inputs are named x.')
  graph.output({ y: x })
  expect(() => graph.output({ y: x })).toThrow('Two outputs are named y.')
  graph.weight('w', { shape: [1], data: Float32Array.of(1) })
  expect(() => graph.weight('w', { shape: [1], data: Float32Array.of(2) })).toThrow(
    'Two weights are named w.',
  )
})

it('A weight that is asked for twice is one value', () => {
  const graph = new Graph()
  const tensor = { shape: [1], data: Float32Array.of(1) }
  expect(graph.weight('w', tensor)).toBe(graph.weight('w', tensor))
})

it('A value of another graph is refused', () => {
  const x = new Graph().input('theirs', [1])
  expect(() => o.add(new Graph().input('mine', [1]), x)).toThrow('theirs belongs to another graph.')
})

const map = (graph: Graph, ...shape: readonly (number | string)[]): ReturnType<Graph['input']> =>
  graph.input(`m${graph.inputs.length}`, shape)

it.each<[string, (graph: Graph) => unknown]>([
  ['Add(m0 [2, 3], m1 [4]): Shapes [2, 3] and [4] do not broadcast.', (g) => o.add(map(g, 2, 3), map(g, 4))],
  ['Mul(m0 [H], m1 [W]): Shapes [H] and [W] do not broadcast.', (g) => o.mul(map(g, 'H'), map(g, 'W'))],
  [
    'Conv(m0 [1, 3, H, W], m1 [8, 4, 3, 3]): the input channels differ',
    (g) => o.conv(map(g, 1, 3, 'H', 'W'), map(g, 8, 4, 3, 3), null),
  ],
  [
    'Conv(m0 [3, H, W], m1 [8, 3, 3, 3]): maps and weights need four axes each',
    (g) => o.conv(map(g, 3, 'H', 'W'), map(g, 8, 3, 3, 3), null),
  ],
  [
    'Conv(m0 [1, 3, 4, 4], m1 [8, 3, 3, 3], m2 [3]): the bias needs one number for each output channel',
    (g) => o.conv(map(g, 1, 3, 4, 4), map(g, 8, 3, 3, 3), map(g, 3)),
  ],
  [
    'Conv(m0 [1, 3, 2, 9], m1 [8, 3, 3, 3]): a window of 3 does not fit into a side of 2',
    (g) => o.conv(map(g, 1, 3, 2, 9), map(g, 8, 3, 3, 3), null),
  ],
  [
    'ConvTranspose(m0 [1, 3, 4, 4], m1 [4, 8, 3, 3]): the input channels differ',
    (g) => o.convTranspose(map(g, 1, 3, 4, 4), map(g, 4, 8, 3, 3)),
  ],
  [
    'ConvTranspose(m0 [1, 3, 1, 1], m1 [3, 8, 2, 2]): the padding leaves nothing',
    (g) => o.convTranspose(map(g, 1, 3, 1, 1), map(g, 3, 8, 2, 2), { pad: 1 }),
  ],
  [
    'MaxPool(m0 [1, 3, 1, 4]): a window of 2 does not fit into a side of 1',
    (g) => o.maxPool(map(g, 1, 3, 1, 4)),
  ],
  ['MaxPool(m0 [3, 4]): pooling takes x [N, C, H, W]', (g) => o.maxPool(map(g, 3, 4))],
  ['MatMul(m0 [2, 3], m1 [2, 3]): the inner sides differ', (g) => o.matmul(map(g, 2, 3), map(g, 2, 3))],
  ['MatMul(m0 [3], m1 [3, 2]): both sides need at least two axes', (g) => o.matmul(map(g, 3), map(g, 3, 2))],
  ['[2, 3] does not fit [7]', (g) => o.reshape(map(g, 2, 3), [7])],
  ['[2, 3] does not fit [4, -1]', (g) => o.reshape(map(g, 2, 3), [4, -1])],
  ['[2, 3] does not fit [-1, -1]', (g) => o.reshape(map(g, 2, 3), [-1, -1])],
  ['[2, H] does not fit [3, -1]', (g) => o.reshape(map(g, 2, 'H'), [3, -1])],
  ['there is no side 2 to copy', (g) => o.reshape(map(g, 2, 3), [0, 0, 0])],
  ['Transpose of rank 2 needs each axis once, received [0, 0].', (g) => o.transpose(map(g, 2, 3), [0, 0])],
  ['ReduceSum of rank 2 has no axis 2.', (g) => o.reduceSum(map(g, 2, 3), [2])],
  ['there is no axis 2', (g) => o.slice(map(g, 2, 3), 2, 1)],
  ['there is no axis -1', (g) => o.flip(map(g, 2, 3), -1)],
  ['Slice counts its start from the front, received -1.', (g) => o.slice(map(g, 2, 3), 0, -1)],
  ['a side of 3 has 2 cells to reflect, not 3', (g) => o.pad(map(g, 1, 1, 3, 9), { 2: [3, 0] }, 'reflect')],
  ['Pads cannot be negative; use slice.', (g) => o.pad(map(g, 3), { 0: [-1, 0] })],
  ['Concat(m0 [2, 3], m1 [2, 4]): the other sides differ', (g) => o.concat([map(g, 2, 3), map(g, 2, 4)], 0)],
  [
    'Concat(m0 [H, 3], m1 [H, 3]): the sides along axis 0 must be numbers',
    (g) => o.concat([map(g, 'H', 3), map(g, 'H', 3)], 0),
  ],
  [
    'InstanceNormalization(Sub [1, 3, H, W], m1 [4], m2 [3]): scale and bias need one number for each channel',
    (g) => o.instanceNorm(map(g, 1, 3, 'H', 'W'), map(g, 4), map(g, 3)),
  ],
])('Shapes that do not fit are refused: %s', (message, build) => {
  expect(() => build(new Graph())).toThrow(message)
})
