import { Matrix, solve } from 'ml-matrix'
import { compactLayers } from '../../src/engine/models/perceptual/compact.ts'
import { vgg16 } from '../../src/engine/models/perceptual/vgg.ts'
import { blendMoments, type StyleMoments } from '../../src/engine/objective/terms/style/blend.ts'
import { momentsGraph } from '../../src/engine/objective/terms/style/moments-graph.ts'
import { Session } from '../../src/engine/runtime/ort.ts'
import { preprocessings, type NetworkWeights } from '../../src/engine/models/network-weights.ts'
import type { Tensor } from '../../src/engine/tensor/tensor.ts'
import { taps } from './tables.ts'
import { emptyStudent, type Student } from './student.ts'

/** Mean [C] and covariance [C, C] of the teacher's features at a tap. */
interface Moments {
  readonly mean: StyleMoments['mean']
  readonly covariance: Matrix
}

export type TeacherMoments = ReadonlyMap<string, Moments>

/** @returns moments of every ReLU and pool of VGG16 over all positions of the pictures, each [3, side, side] */
export async function measureTeacher(
  teacher: NetworkWeights,
  pictures: readonly Float32Array[],
  sidePx: number,
): Promise<TeacherMoments> {
  const taps = vgg16.map((layer) => (layer.kind === 'conv' ? layer.relu : layer.name))
  const look = { taps, pooling: 'max', padding: 'zero' } as const
  const graph = momentsGraph({ layers: vgg16, weights: teacher, ...look })
  const session = await Session.create(graph, { device: 'cpu', threads: 0, weights: teacher.bytes })
  try {
    const found: Record<string, Tensor>[] = []
    for (const data of pictures)
      found.push(await session.run({ picture: { shape: [1, 3, sidePx, sidePx], data } }))
    return new Map(taps.map((tap) => [tap, blended(found, tap)]))
  } finally {
    await session.dispose()
  }
}

function blended(found: readonly Record<string, Tensor>[], tap: string): Moments {
  const { mean, covariance } = blendMoments(
    found.map((outputs) => ({
      moments: {
        mean: outputs[`mean/${tap}`]!.data,
        covariance: outputs[`covariance/${tap}`]!.data,
        positions: outputs[`positions/${tap}`]!.data[0]!,
      },
      weight: 1,
    })),
  )
  return { mean, covariance: Matrix.from1DArray(mean.length, mean.length, covariance) }
}

/** The variance of a tap's features, averaged over its channels. */
export function varianceOf({ covariance }: Moments): number {
  return covariance.trace() / covariance.rows
}

/**
 * A start from the teacher's own filters. Of each layer the channels are kept that explain most of the others, chosen one by one
 * (pivoted Cholesky factorisation of the covariance); what the next layer took from a channel that is left out, it now takes from
 * the kept ones, as far as they predict it (least squares). So the student begins as a pruned teacher, and not with noise.
 */
export function initialise(teacher: NetworkWeights, moments: TeacherMoments): Student {
  const student = emptyStudent()
  let input = colours(teacher)
  compactLayers.forEach((layer, i) => {
    if (layer.kind !== 'conv') return
    const next = compactLayers[i + 1]
    const seen = moments.get(next?.kind === 'pool' ? next.name : layer.relu)!
    const kept = mostTelling(seen.covariance, layer.outChannels)
    const scale = rootMeanSquare(seen, kept)
    writeConvolution(student, teacher, layer.name, { kept, scale }, input)
    if (taps.includes(layer.relu)) writeMap(student, layer.relu, moments.get(layer.relu)!, { kept, scale })
    const { factors, offset } = repairFrom(seen, kept)
    input = { factors: factors.mul(scale), offset }
  })
  return student
}

/** Channels of the teacher that a layer of the student keeps, divided by their size. */
interface Kept {
  readonly kept: readonly number[]
  readonly scale: number
}

/** ReLUs do not mind a scale: with activations of about 1 in every layer, one learning rate fits all tensors. */
function rootMeanSquare({ mean, covariance }: Moments, kept: readonly number[]): number {
  const squares = kept.map((channel) => mean[channel]! ** 2 + covariance.get(channel, channel))
  return Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / kept.length)
}

/** The teacher's input from the student's, which is RGB minus the mean of ImageNet, divided by its deviation. */
function colours({ preprocessing: { channels, scale, mean, std } }: NetworkWeights): Repair {
  const own = preprocessings.torchvision
  const factors = Matrix.zeros(3, 3)
  const offset = [0, 1, 2].map((i) => {
    const colour = channels === 'rgb' ? i : 2 - i
    factors.set(i, colour, (scale * own.std[colour]!) / std[i]!)
    return (scale * own.mean[colour]! - mean[i]!) / std[i]!
  })
  return { factors, offset }
}

/** Pivoted Cholesky: each channel that is taken has the largest variance that those before it do not explain. */
function mostTelling(covariance: Matrix, count: number): readonly number[] {
  const size = covariance.rows
  const left = Float64Array.from({ length: size }, (_, i) => covariance.get(i, i))
  const columns: Float64Array[] = []
  const kept: number[] = []
  while (kept.length < count) {
    const pivot = left.reduce((best, value, i) => (value > left[best]! ? i : best), 0)
    const scale = Math.sqrt(Math.max(left[pivot]!, 1e-30))
    const column = new Float64Array(size)
    for (let i = 0; i < size; i++) {
      const explained = columns.reduce((sum, other) => sum + other[i]! * other[pivot]!, 0)
      column[i] = (covariance.get(i, pivot) - explained) / scale
      left[i] = Math.max(0, left[i]! - column[i]! ** 2)
    }
    left[pivot] = -1
    columns.push(column)
    kept.push(pivot)
  }
  return kept.sort((a, b) => a - b)
}

/** Prediction of the channels that are left out from the kept ones: x ≈ A·kept + offset, [all, kept]. */
interface Repair {
  readonly factors: Matrix
  readonly offset: readonly number[]
}

/** A little of the variance is added to the diagonal, so that channels that nearly agree share the work. */
const ridge = 1e-4

function repairFrom({ mean, covariance }: Moments, kept: readonly number[]): Repair {
  const own = covariance.selection([...kept], [...kept])
  const damped = own.add(Matrix.eye(kept.length).mul((ridge * own.trace()) / kept.length))
  const across = covariance.subMatrixRow([...kept])
  const factors = solve(damped, across).transpose()
  kept.forEach((channel, k) => {
    for (let other = 0; other < kept.length; other++) factors.set(channel, other, other === k ? 1 : 0)
  })
  const keptMean = Matrix.columnVector(kept.map((channel) => mean[channel]!))
  const predicted = factors.mmul(keptMean).to1DArray()
  return { factors, offset: predicted.map((value, i) => mean[i]! - value) }
}

/** E by least squares through the origin, from second moments; it predicts features divided by their deviation. */
function writeMap({ tensors }: Student, tap: string, moments: Moments, { kept, scale }: Kept): void {
  const { mean, covariance } = moments
  const column = Matrix.columnVector(mean)
  const second = Matrix.add(covariance, column.mmul(column.transpose()))
  const { factors } = repairFrom({ mean, covariance: second }, kept)
  const map = factors.mul(scale / Math.sqrt(varianceOf(moments)))
  tensors.get(`${tap}.map`)!.data.set(map.to1DArray())
}

function writeConvolution(
  { tensors }: Student,
  teacher: NetworkWeights,
  name: string,
  { kept, scale }: Kept,
  { factors, offset }: Repair,
): void {
  const [weight, bias] = [teacher.tensors.get(`${name}.weight`)!, teacher.tensors.get(`${name}.bias`)!]
  const [ownWeight, ownBias] = [tensors.get(`${name}.weight`)!.data, tensors.get(`${name}.bias`)!.data]
  const inputs = factors.columns
  kept.forEach((channel, o) => {
    ownBias[o] = bias.data[channel]! / scale
    for (let i = 0; i < factors.rows; i++)
      for (let cell = 0; cell < 9; cell++) {
        const value = weight.data[9 * (channel * factors.rows + i) + cell]! / scale
        ownBias[o] += value * offset[i]!
        for (let k = 0; k < inputs; k++) ownWeight[9 * (o * inputs + k) + cell]! += value * factors.get(i, k)
      }
  })
}
