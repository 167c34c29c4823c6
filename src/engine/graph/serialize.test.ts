import { expect, it } from 'vitest'
import { readModel } from '../../../tests/support/read-model.ts'
import { gradients } from '../autodiff/gradient.ts'
import * as o from '../ops/index.ts'
import { Session } from '../runtime/ort.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { Graph } from './graph.ts'
import { serialize } from './serialize.ts'

const vector = (...numbers: readonly number[]): Tensor => ({
  shape: [numbers.length],
  data: Float32Array.from(numbers),
})

/** Results of ONNX Runtime for a graph. */
async function run(
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
  weights?: Uint8Array,
): Promise<Record<string, number[]>> {
  const session = await Session.create(graph, { device: 'cpu', threads: 1, ...(weights ? { weights } : {}) })
  const outputs = await session.run(feeds)
  await session.dispose()
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data, Number)]),
  )
}

function network(): Graph {
  const graph = new Graph()
  const x = graph.input('x', [1, 3, '16*h', '16*w'])
  const weight = graph.weight('w', { shape: [4, 3, 3, 3], data: new Float32Array(108).fill(0.1) })
  const y = graph.scope('block', () => o.maxPool(o.relu(o.conv(x, weight, null, { pad: 1 }))))
  const loss = o.reduceMean(o.square(y))
  graph.output({ loss, gradient: gradients(loss, [x])[0]! })
  return graph
}

it('The same network twice gives the same bytes', () => {
  expect(serialize(network())).toEqual(serialize(network()))
  const graph = network()
  expect(serialize(graph)).toEqual(serialize(graph))
})

it('What no output needs is left out', () => {
  const graph = new Graph()
  const x = graph.input('x', [2])
  o.mul(o.exp(x), 7)
  graph.weight('unused', vector(1))
  graph.output({ y: o.relu(x) })
  o.tanh(x)
  const model = readModel(serialize(graph))
  expect(model.nodes.map(({ type }) => type)).toEqual(['Relu'])
  expect(model.tensors).toEqual([])
})

it('An input that nothing needs stays an input', async () => {
  const graph = new Graph()
  graph.input('idle', ['N'])
  graph.output({ y: o.relu(graph.input('x', [1])) })
  expect(readModel(serialize(graph)).inputs).toEqual({ idle: ['N'], x: [1] })
  expect(await run(graph, { x: vector(-1), idle: vector(1, 2) })).toEqual({ y: [0] })
})

it('Symbolic sides are written as they are called', () => {
  const { inputs, outputs } = readModel(serialize(network()))
  expect(inputs).toEqual({ x: [1, 3, '16*h', '16*w'] })
  expect(outputs).toEqual({ loss: [], gradient: [1, 3, '16*h', '16*w'] })
})

it('Weights refer to their place in the file and bring no bytes', () => {
  const bytes = new Uint8Array(64)
  const tensor = { shape: [2, 3], data: new Float32Array(bytes.buffer, 16, 6) }
  const graph = new Graph()
  graph.output({ y: o.add(graph.weight('w', tensor), 1) })
  const { tensors } = readModel(serialize(graph, 'network.bin'))
  expect(tensors.map(({ name, rawBytes, external }) => [name, rawBytes, external])).toEqual([
    ['w', 0, { location: 'network.bin', offset: '16', length: '24' }],
    ['const[]:1', 4, {}],
  ])
})

it('Weights are found in bytes that begin anywhere in their buffer', async () => {
  const buffer = new ArrayBuffer(64)
  const bytes = new Uint8Array(buffer, 16)
  const tensor = { shape: [2], data: new Float32Array(buffer, 24, 2) }
  tensor.data.set([3, 4])
  const graph = new Graph()
  graph.output({ y: o.mul(graph.weight('w', tensor), graph.input('x', [1])) })
  expect(await run(graph, { x: vector(2) }, bytes)).toEqual({ y: [6, 8] })
})

it('Constants are written with their type and shape', async () => {
  const graph = new Graph()
  const x = graph.input('x', [2, 2])
  graph.output({
    y: o.add(o.reshape(x, [4]), graph.constant([0.5, -1e-30, 3e38, 0])),
    integers: graph.integers([-1, Number.MAX_SAFE_INTEGER]),
  })
  const { tensors } = readModel(serialize(graph))
  expect(tensors.map(({ sides, elementType, rawBytes }) => [sides, elementType, rawBytes])).toEqual([
    [[1], 7, 8],
    [[4], 1, 16],
    [[2], 7, 16],
  ])
  const feeds = { x: { shape: [2, 2], data: new Float32Array(4) } }
  expect(await run(graph, feeds)).toEqual({
    y: [0.5, -1e-30, 3e38, 0].map(Math.fround),
    integers: [-1, Number.MAX_SAFE_INTEGER],
  })
})

it('An output may be an input, under its own or another name', async () => {
  const graph = new Graph()
  const x = graph.input('x', [2])
  graph.output({ x, copy: x, y: o.relu(x) })
  expect(await run(graph, { x: vector(-1, 2) })).toEqual({ x: [-1, 2], copy: [-1, 2], y: [0, 2] })
})

it('An output may be a constant', async () => {
  const graph = new Graph()
  graph.output({ c: graph.constant([1, 2]), again: graph.constant([1, 2]) })
  expect(await run(graph, {})).toEqual({ c: [1, 2], again: [1, 2] })
})

it('A value may have two names and still be used', async () => {
  const graph = new Graph()
  const y = o.relu(graph.input('x', [2]))
  graph.output({ first: y, second: y, further: o.mul(y, 2) })
  expect(await run(graph, { x: vector(-1, 2) })).toEqual({ first: [0, 2], second: [0, 2], further: [0, 4] })
})

it('A name that would stand for two values is refused', () => {
  const graph = new Graph()
  const x = graph.input('x', [2])
  const y = o.relu(x)
  graph.output({ x: y })
  expect(() => serialize(graph)).toThrow('Two values of the graph are named x.')
})

it('An output that takes the name of a node is refused', () => {
  const graph = new Graph()
  const inner = o.relu(graph.input('x', [2]))
  graph.output({ Relu: o.exp(inner) })
  expect(() => serialize(graph)).toThrow('Two values of the graph are named Relu.')
})

it('A graph without outputs is refused', () => {
  const graph = new Graph()
  graph.input('x', [1])
  expect(() => serialize(graph)).toThrow('The graph has no outputs.')
})
