import { WireType } from '@bufbuild/protobuf/wire'
import { PasticheError } from '../../shared/errors.ts'
import type { ByteSource } from './byte-source.ts'
import { followGraph } from './onnx-graph.ts'
import { readNode, type OnnxNode } from './onnx-node.ts'
import { describeTensor, readText, storedTensor } from './onnx-tensor.ts'
import {
  damaged,
  preload,
  protoBytes,
  tooMuch,
  walkFields,
  type Bytes,
  type ProtoField,
} from './proto-fields.ts'
import { maxTensors, quoted, type StoredTensor, type TensorFile } from './tensor-file.ts'

// An ONNX model (onnx/onnx.proto3). While the file is walked, the data of its tensors is passed over, so a model of any size costs
// no memory.

const model = { graph: 7 } as const
const graph = { node: 1, initializer: 5, input: 11 } as const
const valueInfo = { name: 1 } as const
const maxNodes = 50_000

/** Models begin with their ir_version (field 1, a small number). */
export function looksLikeOnnx(head: Uint8Array): boolean {
  return head[0] === 0x08 && head[1]! > 0 && head[1]! < 0x40
}

interface GraphParts {
  readonly tensors: Map<string, StoredTensor>
  readonly nodes: OnnxNode[]
  readonly inputs: string[]
}

/** @throws PasticheError `weights-damaged`, `weights-refused`, `weights-unsupported` */
export async function openOnnx(file: ByteSource): Promise<TensorFile> {
  const parts: GraphParts = { tensors: new Map(), nodes: [], inputs: [] }
  const bytes = protoBytes(file)
  let hasGraph = false
  for await (const field of walkFields(bytes, 0, file.sizeBytes)) {
    if (field.number !== model.graph || field.wireType !== WireType.LengthDelimited) continue
    hasGraph = true
    for await (const part of walkFields(bytes, field.start, field.end))
      if (part.wireType === WireType.LengthDelimited) await readPart(file, bytes, part, parts)
  }
  if (!hasGraph)
    throw new PasticheError('weights-unsupported', 'The file looks like an ONNX model, but has no graph.')
  return {
    format: 'onnx',
    tensors: parts.tensors,
    metadata: new Map(),
    isInOrder: false,
    graph: followGraph(parts),
    close: () => undefined,
  }
}

async function readPart(
  file: ByteSource,
  bytes: Bytes,
  part: ProtoField,
  { tensors, nodes, inputs }: GraphParts,
): Promise<void> {
  if (part.number === graph.initializer) {
    const description = await describeTensor(await preload(bytes, part), part)
    if (tensors.has(description.name)) throw damaged(`two tensors named ${quoted(description.name)}`)
    if (tensors.size >= maxTensors) throw tooMuch(`more than ${maxTensors} tensors`)
    tensors.set(description.name, storedTensor(file, description))
  } else if (part.number === graph.node) {
    if (nodes.length >= maxNodes) throw tooMuch(`more than ${maxNodes} nodes`)
    nodes.push(await readNode(file, bytes, part))
  } else if (part.number === graph.input) {
    const message = await preload(bytes, part)
    for await (const field of walkFields(message, part.start, part.end))
      if (field.number === valueInfo.name) inputs.push(await readText(message, field))
  }
}
