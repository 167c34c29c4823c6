import { expect, it } from 'vitest'
import { Graph } from '../graph/graph.ts'
import { exp, mul, relu, upsample } from '../ops/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { bundledDevices, runtimeVersion, Session } from './ort.ts'

const vector = (...numbers: readonly number[]): Tensor => ({
  shape: [numbers.length],
  data: Float32Array.from(numbers),
})

function doubling(): Graph {
  const graph = new Graph()
  graph.output({ y: mul(graph.input('x', ['N']), 2) })
  return graph
}

it('The CPU is always among the devices', () => {
  expect(bundledDevices()).toContain('cpu')
  expect(runtimeVersion).toMatch(/^\d+\.\d+\.\d+/)
})

it('A session runs with tensors of any length where the side is open', async () => {
  const session = await Session.create(doubling(), { device: 'cpu', threads: 1 })
  expect(await session.run({ x: vector(1, 2) })).toEqual({ y: vector(2, 4) })
  expect(await session.run({ x: vector(5) })).toEqual({ y: vector(10) })
  await session.dispose()
})

it('A session writes into buffers that it is given', async () => {
  const session = await Session.create(doubling(), { device: 'cpu', threads: 1 })
  const into = vector(0, 0)
  await session.run({ x: vector(1, 2) }, { y: into })
  expect([...into.data]).toEqual([2, 4])
  await session.dispose()
})

it('A session without an arena gives the same numbers', async () => {
  const session = await Session.create(doubling(), { device: 'cpu', threads: 1, arena: false })
  expect(await session.run({ x: vector(1, 2) })).toEqual({ y: vector(2, 4) })
  await session.dispose()
})

it('A missing feed is told as a failure of the device', async () => {
  const session = await Session.create(doubling(), { device: 'cpu', threads: 1 })
  await expect(session.run({})).rejects.toMatchObject({
    code: 'device-failed',
    message: expect.stringContaining("input 'x' is missing") as string,
  })
  await session.dispose()
})

it('A tensor that no memory holds is told as such', async () => {
  const graph = new Graph()
  const x = graph.input('x', [1, 1, 'H', 'W'])
  graph.output({ y: exp(upsample(relu(x), 2 ** 22)) })
  const session = await Session.create(graph, { device: 'cpu', threads: 1 })
  const feeds = { x: { shape: [1, 1, 2, 2], data: new Float32Array(4) } }
  await expect(session.run(feeds)).rejects.toMatchObject({ code: 'out-of-memory' })
  await session.dispose()
})

it('A device that this build lacks is refused by its name', async () => {
  const absent = (['directml', 'coreml', 'cuda'] as const).find(
    (device) => !bundledDevices().includes(device),
  )!
  await expect(Session.create(doubling(), { device: absent, threads: 1 })).rejects.toMatchObject({
    code: 'device-failed',
    message: `This build of ONNX Runtime has no ${absent} device.`,
  })
})

it('A graph that is no model is a mistake of the program, not of the device', async () => {
  await expect(Session.create(new Graph(), { device: 'cpu', threads: 1 })).rejects.toThrow(
    'The graph has no outputs.',
  )
})
