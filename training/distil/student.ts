import { SingularValueDecomposition, Matrix } from 'ml-matrix'
import { compactLayers } from '../../src/engine/models/perceptual/compact.ts'
import { weightShapes } from '../../src/engine/models/seeded.ts'
import { packTensors } from '../../src/engine/tensor/pack.ts'
import { preprocessings, type NetworkWeights } from '../../src/engine/models/network-weights.ts'
import type { Tensor } from '../../src/engine/tensor/tensor.ts'
import { studentShapes } from './tables.ts'

/** Everything that is trained, in one vector for the optimizer, and as tensors that are views of it. */
export interface Student {
  readonly vector: Float32Array
  readonly tensors: ReadonlyMap<string, Tensor>
}

export function emptyStudent(): Student {
  const { bytes, tensors } = packTensors(studentShapes)
  return { vector: new Float32Array(bytes.buffer), tensors }
}

/**
 * The network as it is used: behind each tap σ/σ₁·√(C/V)·Σ·Vᵀ of its map E = U·Σ·Vᵀ; see models/perceptual/compact.ts.
 *
 * @param variances σ² of the teacher's features at each tap; the maps predict features divided by σ. All taps are divided by σ₁, that of
 *   relu1_1: whatever family the teacher is of, the losses then have the size that the weight of total variation is made for
 */
export function toNetwork(
  { tensors }: Student,
  variances: Readonly<Record<string, number>>,
  origin: string,
): NetworkWeights {
  const packed = packTensors(weightShapes(compactLayers))
  for (const [name, { data }] of packed.tensors) {
    const trained = tensors.get(name)
    if (trained) data.set(trained.data)
    else {
      const tap = name.replace(/\.projection$/, '')
      data.set(projection(tensors.get(`${tap}.map`)!, Math.sqrt(variances[tap]! / variances['relu1_1']!)))
    }
  }
  return { ...packed, preprocessing: preprocessings.torchvision, origin }
}

function projection({ shape, data }: Tensor, deviation: number): Float32Array {
  const [rows, columns] = shape as [number, number]
  const map = Matrix.from1DArray(rows, columns, data)
  const { diagonal, rightSingularVectors } = new SingularValueDecomposition(map, { autoTranspose: true })
  const factor = deviation * Math.sqrt(columns / rows)
  const scaled = Matrix.diag(diagonal).mmul(rightSingularVectors.transpose()).mul(factor)
  return Float32Array.from(scaled.to1DArray())
}
