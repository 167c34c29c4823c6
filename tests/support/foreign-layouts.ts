import { readFileSync } from 'node:fs'
import type { Layer } from '../../src/engine/models/layers.ts'
import { preprocessings } from '../../src/engine/models/network-weights.ts'
import type { Tensor } from '../../src/engine/tensor/tensor.ts'
import { onnxModel, type OnnxOperation } from './onnx-writer.ts'
import { writeTrainingCheckpoint } from './torch-checkpoint.ts'
import {
  toHwio,
  writeKerasH5,
  writePieces,
  writeSafetensors,
  writeTorchLegacy,
  writeTorchZip,
} from './weight-files.ts'
import { kerasNames, renamed, torchvisionNames } from './weight-names.ts'
import { zip } from './zip-writer.ts'

// One network in every layout that the tools of others write it in.

/** Tensors by our names, in the order of the table. */
export interface Network {
  readonly tensors: ReadonlyMap<string, Tensor>
  readonly layers: readonly Layer[]
}

type Write = (path: string, network: Network) => void | Promise<void>

/** The convolutions of a network with their tensors, counted from 0. */
function convolutions({
  tensors,
  layers,
}: Network): { i: number; name: string; kernel: Tensor; bias: Tensor }[] {
  return layers
    .filter(({ kind, name }) => kind === 'conv' && tensors.has(`${name}.weight`))
    .map(({ name }, i) => ({
      i,
      name,
      kernel: tensors.get(`${name}.weight`)!,
      bias: tensors.get(`${name}.bias`)!,
    }))
}

const onnx = (path: string, ...model: Parameters<typeof onnxModel>): void =>
  writePieces(path, [onnxModel(...model)])
/** A layer's number, where numbers and letters put layers in another order than the graph. */
const shuffled = (i: number): number => (i * 7 + 3) % 17

/** As PyTorch before 1.2 exported: initialisers are numbered, and listed among the inputs. */
const numberedOnnx: Write = (path, network) => {
  const all = convolutions(network)
  const operations = all.flatMap(({ i }): OnnxOperation[] => [
    {
      type: 'Conv',
      inputs: [i === 0 ? '0' : `r${i - 1}`, `${2 * shuffled(i) + 1}`, `${99 - i}`],
      output: `c${i}`,
    },
    { type: 'Relu', inputs: [`c${i}`], output: `r${i}` },
  ])
  const initializers = all.flatMap(({ i, kernel, bias }) => [
    [`${99 - i}`, bias] as const,
    [`${2 * shuffled(i) + 1}`, kernel] as const,
  ])
  onnx(path, { inputs: ['0', ...initializers.map(([name]) => name)], initializers, operations })
}

/** As tf2onnx exports: kernels are turned by Transpose, biases are called Squeeze and added behind the convolution. */
const tf2onnx: Write = (path, network) => {
  const all = convolutions(network)
  const operations = all.flatMap(({ i }): OnnxOperation[] => [
    {
      type: 'Transpose',
      inputs: [`model/${shuffled(i)}/ReadVariableOp:0`],
      output: `k${i}`,
      ints: { perm: [3, 2, 0, 1] },
    },
    {
      type: 'Conv',
      inputs: [i === 0 ? 'nchw' : `p${i - 1}`, `k${i}`],
      output: `c${i}`,
      ints: { strides: [1, 1], group: [1] },
    },
    { type: 'Add', inputs: [`model/${shuffled(i)}/Squeeze:0`, `c${i}`], output: `b${i}` },
    { type: 'Relu', inputs: [`b${i}`], output: `r${i}` },
    { type: i % 3 === 1 ? 'MaxPool' : 'Identity', inputs: [`r${i}`], output: `p${i}` },
  ])
  operations.unshift({ type: 'Transpose', inputs: ['x'], output: 'nchw', ints: { perm: [0, 3, 1, 2] } })
  const initializers = all.flatMap(({ i, kernel, bias }) => [
    [`model/${shuffled(i)}/Squeeze:0`, { shape: [1, bias.shape[0]!, 1, 1], data: bias.data }] as const,
    [`model/${shuffled(i)}/ReadVariableOp:0`, toHwio(kernel)] as const,
  ])
  onnx(path, { inputs: ['x'], initializers, operations })
}

/** Weights as Constant nodes, some behind Identity; nodes listed backwards. */
const constantOnnx: Write = (path, network) => {
  const operations = convolutions(network).flatMap(({ i, kernel, bias }): OnnxOperation[] => [
    { type: 'Constant', inputs: [], output: `w${i}`, value: kernel },
    { type: 'Constant', inputs: [], output: `v${i}`, value: bias },
    { type: 'Identity', inputs: [`w${i}`], output: `u${i}` },
    { type: 'Conv', inputs: [i === 0 ? 'x' : `r${i - 1}`, `u${i}`, `v${i}`], output: `c${i}` },
    { type: 'Relu', inputs: [`c${i}`], output: `r${i}` },
  ])
  onnx(path, { inputs: ['x'], initializers: [], operations: operations.reverse() })
}

/** The preprocessing as a convolution of 1×1 before the first layer, and a classifier behind the last. */
const preparedOnnx: Write = (path, network) => {
  const all = convolutions(network)
  const { mean } = preprocessings.caffe
  const turn = { shape: [3, 3, 1, 1], data: Float32Array.of(0, 0, 255, 0, 255, 0, 255, 0, 0) }
  const { kernel: last } = all.at(-1)!
  const head = { shape: [5, last.shape[0]!, 1, 1], data: new Float32Array(5 * last.shape[0]!) }
  const operations: OnnxOperation[] = [
    { type: 'Conv', inputs: ['x', 'turn', 'mean'], output: 'r-1' },
    ...all.flatMap(({ i }): OnnxOperation[] => [
      { type: 'Conv', inputs: [`r${i - 1}`, `w${shuffled(i)}`, `v${i}`], output: `c${i}` },
      { type: 'Relu', inputs: [`c${i}`], output: `r${i}` },
    ]),
    { type: 'Conv', inputs: [`r${all.length - 1}`, 'head'], output: 'y' },
  ]
  const own = [
    ['turn', turn],
    ['mean', { shape: [3], data: Float32Array.from(mean, (value) => -value) }],
    ['head', head],
  ] as const
  const initializers = all.flatMap(({ i, kernel, bias }) => [
    [`w${shuffled(i)}`, kernel] as const,
    [`v${i}`, bias] as const,
  ])
  onnx(path, { inputs: ['x'], initializers: [...own, ...initializers], operations })
}

/** Paths of Keras 3: the first layer of a class has no number. */
function keras3(network: Network, prefix: string): Map<string, Tensor> {
  return new Map(
    convolutions(network).flatMap(({ i, kernel, bias }) => {
      const layer = `${prefix}layers/conv2d${i === 0 ? '' : `_${i}`}/vars`
      return [
        [`${layer}/0`, kernel],
        [`${layer}/1`, bias],
      ] as const
    }),
  )
}

const optimizer = (network: Network): [string, Tensor][] =>
  convolutions(network).map(({ i, kernel }) => [`optimizer/vars/${i + 2}`, kernel])

const kerasZip: Write = async (path, network) => {
  const weights = `${path}.weights.h5`
  await writeKerasH5(weights, new Map([...keras3(network, ''), ...optimizer(network)]))
  const entries = [
    { name: 'metadata.json', data: Buffer.from('{"keras_version": "3.11.0"}') },
    { name: 'config.json', data: Buffer.from('{}') },
    { name: 'model.weights.h5', data: readFileSync(weights) },
  ]
  writePieces(path, zip(entries))
}

/** Keras 2: layers that were not named, counted on from those of other models. */
const unnamedKeras: Write = (path, network) => {
  const named = convolutions(network).flatMap(({ i, kernel, bias }) => {
    const layer = `conv2d${i === 0 ? '' : `_${i}`}`
    return [
      [`model_weights/${layer}/${layer}/kernel:0`, kernel],
      [`model_weights/${layer}/${layer}/bias:0`, bias],
    ] as const
  })
  return writeKerasH5(path, new Map(named))
}

/** Keras 2: layers of any names, whose order the file lists. */
const listedKeras: Write = (path, network) => {
  const all = convolutions(network)
  const layer = (i: number): string => `${String.fromCharCode(97 + shuffled(i))}-layer`
  const named = all.flatMap(({ i, kernel, bias }) => [
    [`${layer(i)}/${layer(i)}/kernel:0`, kernel] as const,
    [`${layer(i)}/${layer(i)}/bias:0`, bias] as const,
  ])
  return writeKerasH5(path, new Map(named), ['input', ...all.map(({ i }) => layer(i))])
}

/** Tensors by the names of torchvision, behind a prefix. */
function torch({ tensors, layers }: Network, prefix = ''): Map<string, Tensor> {
  const names = torchvisionNames(layers)
  return new Map([...tensors].map(([name, tensor]) => [prefix + names.get(name)!, tensor]))
}

export const layouts: Readonly<Record<string, Write>> = {
  'ONNX, numbered initialisers': numberedOnnx,
  'ONNX of tf2onnx: turned kernels, added biases': tf2onnx,
  'ONNX, constants and nodes backwards': constantOnnx,
  'ONNX with its preprocessing and a classifier': preparedOnnx,
  'Keras 1, as published': (path, { tensors, layers }) =>
    writeKerasH5(path, renamed(tensors, kerasNames(layers))),
  'Keras 2, unnamed layers': unnamedKeras,
  'Keras 2, layers in the order that the file lists': listedKeras,
  'Keras 3 .weights.h5': (path, network) => writeKerasH5(path, keras3(network, '')),
  'Keras 3 .weights.h5, a model in a model': (path, network) =>
    writeKerasH5(path, keras3(network, 'layers/sequential/layers/functional/')),
  'Keras 3 .keras': kerasZip,
  'PyTorch state dict': (path, network) => writeTorchZip(path, torch(network)),
  'PyTorch state dict, legacy format': (path, network) => writeTorchLegacy(path, torch(network)),
  'PyTorch state dict of DataParallel': (path, network) => writeTorchZip(path, torch(network, 'module.')),
  'PyTorch training checkpoint': (path, network) => writeTrainingCheckpoint(path, torch(network, 'module.')),
  safetensors: (path, network) => writeSafetensors(path, torch(network, 'model.')),
}

/** A network as far as its first convolutions. */
export function cutNetwork({ tensors, layers }: Network, count: number): Network {
  return { layers, tensors: new Map([...tensors].slice(0, 2 * count)) }
}
