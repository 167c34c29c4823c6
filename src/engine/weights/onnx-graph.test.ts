import { describe, expect, it } from 'vitest'
import { narrowTables } from '../../../tests/support/weight-names.ts'
import { matchesInGraph } from './find-network.ts'
import { followGraph } from './onnx-graph.ts'
import type { OnnxNode } from './onnx-node.ts'
import type { GraphFacts, StoredTensor } from './tensor-file.ts'

const stored = (shape: readonly number[]): StoredTensor => ({
  shape,
  read: () => Promise.reject(new Error('unread')),
})

function node(
  type: string,
  inputs: string[],
  output: string,
  numbers: Record<string, number[]> = {},
): OnnxNode {
  return { type, inputs, outputs: [output], numbers: new Map(Object.entries(numbers)), tensor: undefined }
}

const layers = narrowTables.vgg16.filter(({ kind }) => kind === 'conv')
const tensors = new Map(
  narrowTables.vgg16.flatMap((layer): [string, StoredTensor][] =>
    layer.kind === 'conv' ? [[`k-${layer.name}`, stored([layer.outChannels, layer.inChannels, 3, 3])]] : [],
  ),
)

/** A chain of convolutions and ReLUs, each made by `make` of its name, its input and its output. */
function chain(
  make: (name: string, input: string, output: string) => OnnxNode[],
  from = 'x',
  prefix = '',
): OnnxNode[] {
  return layers.flatMap(({ name }, i) => {
    const input = i === 0 ? from : `${prefix}r-${layers[i - 1]!.name}`
    return [
      ...make(name, input, `${prefix}c-${name}`),
      node('Relu', [`${prefix}c-${name}`], `${prefix}r-${name}`),
    ]
  })
}

const convolution = (name: string, input: string, output: string): OnnxNode[] => [
  node('Conv', [input, `k-${name}`], output, { strides: [1, 1] }),
]
const walk = (nodes: OnnxNode[], inputs = ['x']): GraphFacts => followGraph({ tensors, nodes, inputs })
const found = (nodes: OnnxNode[]): string[] =>
  matchesInGraph(walk(nodes).convolutions, narrowTables).map(
    ({ network, isWhole }) => `${network} ${isWhole}`,
  )

describe('the graph of an ONNX model', () => {
  it('gives the order of the layers, however its nodes are listed', () => {
    expect(found(chain(convolution))).toEqual(['vgg16 true'])
    expect(found(chain(convolution).reverse())).toEqual(['vgg16 true'])
  })

  it('counts a network that is applied to two pictures once', () => {
    expect(found([...chain(convolution), ...chain(convolution, 'y', 'second-')])).toEqual(['vgg16 true'])
  })

  it.each([
    ['a stride', { strides: [2, 2] }],
    ['a dilation', { dilations: [2, 2] }],
    ['groups', { group: [3] }],
  ])('takes no convolution with %s for one of VGG', (_, numbers) => {
    const odd = (name: string, input: string, output: string): OnnxNode[] =>
      name === 'conv3_1'
        ? [node('Conv', [input, `k-${name}`], output, numbers)]
        : convolution(name, input, output)
    expect(found(chain(odd))).toEqual([])
  })

  it('takes no network with batch normalisation, or with a way around a layer', () => {
    const norm = (name: string, input: string, output: string): OnnxNode[] => [
      ...convolution(name, input, `${output}-n`),
      node('BatchNormalization', [`${output}-n`], output),
    ]
    expect(found(chain(norm))).toEqual([])
    const residual = (name: string, input: string, output: string): OnnxNode[] =>
      name === 'conv3_2'
        ? [...convolution(name, input, `${output}-n`), node('Add', [`${output}-n`, input], output)]
        : convolution(name, input, output)
    expect(found(chain(residual))).toEqual([])
  })

  it('knows a network that makes pictures by what it does', () => {
    const nodes = [node('InstanceNormalization', ['x'], 'a'), node('Resize', ['a'], 'b')]
    expect(walk(nodes).makesPictures).toBe(true)
    expect(walk(nodes.slice(0, 1)).makesPictures).toBe(false)
    expect(walk([], ['x', 'style_weights']).makesPictures).toBe(true)
  })

  it('ends where nodes depend on each other', () => {
    expect(walk([node('Relu', ['a'], 'b'), node('Relu', ['b'], 'a')]).convolutions).toEqual([])
  })
})
