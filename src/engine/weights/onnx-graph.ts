import type { OnnxNode } from './onnx-node.ts'
import { quoted, type GraphConvolution, type GraphFacts, type StoredTensor } from './tensor-file.ts'
import { flattened, transposed } from './tensor-views.ts'
import { PasticheError } from '../../shared/errors.ts'

// Follows constants and the picture through a graph, as far as convolutions are concerned. Kernels and biases may come through other nodes
// (tf2onnx turns kernels by Transpose and adds biases by Add); exporters name them as they like.

/** A convolution whose bias and successors are still being found. */
interface Draft extends GraphConvolution {
  bias: StoredTensor | undefined
  oddity: string | null
  readonly before: Set<GraphConvolution>
}

/** Facts about a value that depends on the picture. */
interface Flow {
  /** The last convolutions before it. */
  readonly after: ReadonlySet<Draft>
  /** The convolution whose result it is, with nothing done to it but to add its bias. */
  readonly resultOf: Draft | null
}

class Walk {
  readonly constants: Map<string, StoredTensor>
  readonly flows = new Map<string, Flow>()
  /** By the names of their kernels: one that is applied twice is one layer. */
  readonly convolutions = new Map<string, Draft>()
  hasNorm = false
  hasResize = false

  constructor(constants: ReadonlyMap<string, StoredTensor>) {
    this.constants = new Map(constants)
  }
}

interface Graph {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly nodes: readonly OnnxNode[]
  readonly inputs: readonly string[]
}

/** Walks a graph from its inputs on, each node after those it depends on. */
export function followGraph({ tensors, nodes, inputs }: Graph): GraphFacts {
  const walk = new Walk(tensors)
  for (const node of inDependencyOrder(nodes)) follow(node, walk)
  const convolutions = [...walk.convolutions.values()]
  // A network that takes a style picture, or a vector that describes one, paints with it or describes it for one that does.
  const takesStyle = inputs.some((name) => /style/i.test(name) && !tensors.has(name))
  return { convolutions, makesPictures: takesStyle || (walk.hasNorm && walk.hasResize) }
}

/** Writers should sort nodes, and most do. */
function inDependencyOrder(nodes: readonly OnnxNode[]): OnnxNode[] {
  const maker = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
  const readers = new Map<OnnxNode, OnnxNode[]>()
  const waitingFor = new Map<OnnxNode, number>()
  for (const node of nodes) {
    const makers = new Set(node.inputs.flatMap((input) => maker.get(input) ?? []))
    waitingFor.set(node, makers.size)
    for (const one of makers) {
      const known = readers.get(one)
      if (known) known.push(node)
      else readers.set(one, [node])
    }
  }
  const ready = nodes.filter((node) => waitingFor.get(node) === 0)
  // It grows while it is walked.
  for (const node of ready)
    for (const reader of readers.get(node) ?? []) {
      const left = waitingFor.get(reader)! - 1
      waitingFor.set(reader, left)
      if (left === 0) ready.push(reader)
    }
  return ready
}

const norms = new Set([
  'InstanceNormalization',
  'GroupNormalization',
  'LayerNormalization',
  'MeanVarianceNormalization',
])
const resizes = new Set(['Resize', 'Upsample', 'ConvTranspose', 'DepthToSpace'])
/** Operators that keep a convolution's result, apart from the order of its axes or its number type. */
const passing = new Set(['Identity', 'Cast', 'Transpose', 'Dropout', 'QuantizeLinear', 'DequantizeLinear'])

function follow(node: OnnxNode, walk: Walk): void {
  if (norms.has(node.type)) walk.hasNorm = true
  if (resizes.has(node.type)) walk.hasResize = true
  const output = node.outputs[0]
  if (output === undefined) return
  const constant = constantOf(node, walk)
  if (constant) walk.constants.set(output, constant)
  else if (/^(Fused)?Conv$/.test(node.type)) walk.flows.set(output, convolve(node, walk))
  else for (const name of node.outputs) walk.flows.set(name, passOn(node, walk))
}

/** The constant that a node makes of a constant, or is. */
function constantOf(
  { type, inputs, numbers, tensor }: OnnxNode,
  { constants }: Walk,
): StoredTensor | undefined {
  if (type === 'Constant') return tensor
  const source = constants.get(inputs[0] ?? '')
  if (source === undefined) return undefined
  if (type === 'Identity' || type === 'Cast') return source
  if (type === 'DequantizeLinear')
    return { shape: source.shape, read: () => Promise.reject(quantised(inputs[0]!)) }
  // Only biases come through these.
  if (/^(Squeeze|Unsqueeze|Reshape|Flatten)$/.test(type)) return flattened(source)
  if (type !== 'Transpose') return undefined
  const axes = numbers.get('perm') ?? [...source.shape.keys()].reverse()
  return isOrder(axes, source.shape.length) ? transposed(source, axes) : undefined
}

function isOrder(axes: readonly number[], length: number): boolean {
  return axes.length === length && [...axes].sort((a, b) => a - b).every((axis, i) => axis === i)
}

function convolve(node: OnnxNode, walk: Walk): Flow {
  const [input = '', name = '', biasName = ''] = node.inputs
  const draft = walk.convolutions.get(name) ?? {
    name,
    kernel: walk.constants.get(name) ?? { shape: [], read: () => Promise.reject(quantised(name)) },
    bias: asVector(walk.constants.get(biasName)),
    oddity: oddityOf(node),
    before: new Set<GraphConvolution>(),
  }
  walk.convolutions.set(name, draft)
  for (const one of walk.flows.get(input)?.after ?? []) draft.before.add(one)
  return { after: new Set([draft]), resultOf: draft }
}

function oddityOf({ numbers }: OnnxNode): string | null {
  const other = (name: string): number | undefined => numbers.get(name)?.find((value) => value !== 1)
  const [stride, dilation, groups] = [other('strides'), other('dilations'), other('group')]
  if (stride !== undefined) return `a stride of ${stride}`
  if (dilation !== undefined) return `a dilation of ${dilation}`
  return groups === undefined ? null : `${groups} groups`
}

function passOn(node: OnnxNode, walk: Walk): Flow {
  const flows = node.inputs.flatMap((input) => walk.flows.get(input) ?? [])
  // More than one is no chain, however many they are.
  const after =
    flows.length === 1
      ? flows[0]!.after
      : new Set([...new Set(flows.flatMap((flow) => [...flow.after]))].slice(0, 2))
  const result = flows.length === 1 ? flows[0]!.resultOf : null
  if (result === null) return { after, resultOf: null }
  if (passing.has(node.type)) return { after, resultOf: result }
  if (node.type === 'BatchNormalization') result.oddity ??= 'batch normalisation'
  if (/^(Add|Mul|Sub|Div)$/.test(node.type)) {
    const vector = asVector(node.inputs.map((input) => walk.constants.get(input)).find(Boolean))
    if (node.type === 'Add' && result.bias === undefined && vector) {
      result.bias = vector
      return { after, resultOf: result }
    }
    result.oddity ??= 'arithmetic behind it'
  }
  return { after, resultOf: null }
}

/** Biases that are added have the shape [1, C, 1, 1] or [C]. */
function asVector(tensor: StoredTensor | undefined): StoredTensor | undefined {
  return tensor && tensor.shape.filter((side) => side !== 1).length <= 1 ? flattened(tensor) : undefined
}

function quantised(name: string): PasticheError {
  return new PasticheError(
    'weights-unsupported',
    `The weights in ${quoted(name)} are rounded to whole numbers (a quantised model). Export the model without quantising it.`,
  )
}
