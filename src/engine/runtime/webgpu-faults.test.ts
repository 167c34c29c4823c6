import { expect, it } from 'vitest'
import { Graph } from '../graph/graph.ts'
import { blockedNeg, conv } from '../ops/index.ts'
import { miscomputedByWebGpu } from './webgpu-faults.ts'

function convolution(inChannels: number | string, outChannels: number): Graph {
  const graph = new Graph()
  const x = graph.input('x', [1, inChannels, 'H', 'W'])
  graph.scope('first', () => conv(x, graph.input('w', [outChannels, inChannels, 3, 3]), null))
  return graph
}

it.each([
  [6, 8],
  [9, 4],
  [30, 64],
  ['N', 8],
])('A convolution of %s channels to %s is left to the CPU', (inChannels, outChannels) => {
  expect(miscomputedByWebGpu(convolution(inChannels, outChannels))).toEqual(['first/Conv'])
})

it.each([
  [3, 64],
  [64, 64],
  [12, 8],
  [6, 3],
  [6, 6],
  [5, 8],
])('A convolution of %s channels to %s is right', (inChannels, outChannels) => {
  expect(miscomputedByWebGpu(convolution(inChannels, outChannels))).toEqual([])
})

it('A convolution of each channel by itself is right', () => {
  const graph = new Graph()
  blockedNeg(graph.input('x', [1, 12, 4, 4]))
  expect(miscomputedByWebGpu(graph)).toEqual([])
})
