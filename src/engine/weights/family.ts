import { weightFamilies } from '../../shared/contract/models.ts'
import type { PublishedNetworkId, WeightFamily, WeightFormat } from '../../shared/contract/models.ts'
import type { NamingScheme } from './naming-schemes.ts'
import { preprocessings } from '../models/network-weights.ts'

/** A family of weights, and what tells it. */
export interface FamilyVerdict {
  readonly family: WeightFamily
  /** Part of a sentence: "judged by …". */
  readonly evidence: string
  /** Network by its numbers: the first layers of both have the same shapes. */
  readonly network?: PublishedNetworkId
}

export interface FamilyClues {
  readonly format: WeightFormat
  readonly scheme: NamingScheme
  /** Names of all tensors of the file. */
  readonly names: Iterable<string>
  /** conv1_1.weight, [out, 3, 3, 3]. */
  readonly firstKernel: Float32Array
}

/**
 * The first nine numbers of conv1_1.weight (filter 0, channel 0) of the four published sets of weights, as printed in
 * public notebooks and tests. They survive every conversion between formats, and of half precision all but the third
 * digit; training further changes them.
 */
const fingerprints: readonly {
  readonly network: PublishedNetworkId
  readonly family: WeightFamily
  readonly values: readonly number[]
}[] = [
  {
    network: 'vgg19',
    family: 'caffe',
    values: [
      0.341195, 0.339992, -0.0448442, 0.232159, 0.0897821, -0.303314, -0.0726092, -0.246675, -0.336833,
    ],
  },
  {
    network: 'vgg16',
    family: 'caffe',
    values: [
      0.42947057, 0.373467, -0.061360113, 0.27476987, 0.038680777, -0.36722335, -0.05746817, -0.26224968,
      -0.35009676,
    ],
  },
  {
    network: 'vgg19',
    family: 'torchvision',
    values: [-0.053474, -0.049257, -0.067942, 0.015314, 0.045068, 0.0021444, 0.036226, 0.019999, 0.019864],
  },
  {
    network: 'vgg16',
    family: 'torchvision',
    values: [-0.5537, 0.1427, 0.529, -0.5831, 0.3566, 0.7657, -0.6902, -0.048, 0.4841],
  },
]

/**
 * Which preprocessing weights of unknown origin were trained with. Their values tell it where they are published ones;
 * else their names do, as each family comes with its own. Neither is proof: the caller may know better.
 */
export function judgeFamily({ format, scheme, names, firstKernel }: FamilyClues): FamilyVerdict {
  const known = fingerprints.find((print) =>
    print.values.every((value, i) => isClose(firstKernel[i]!, value)),
  )
  if (known) return { family: known.family, evidence: 'its first filter', network: known.network }
  if (scheme === 'keras') return { family: 'caffe', evidence: 'the layer names of Keras' }
  if (scheme === 'caffe') return { family: 'caffe', evidence: 'the layer names of Caffe' }
  if (format === 'keras-h5' || format === 'keras-zip') return { family: 'caffe', evidence: 'its format' }
  if (isOxfordClassifier(names)) return { family: 'caffe', evidence: 'the classifier of the Oxford weights' }
  return {
    family: 'torchvision',
    evidence: scheme === 'torchvision' ? 'the layer names of torchvision' : 'its format',
  }
}

/** Within what bfloat16 leaves of a number (8 bits of fraction), and the digits printed. */
function isClose(value: number, expected: number): boolean {
  return Math.abs(value - expected) <= 0.005 * Math.abs(expected) + 1e-4
}

/**
 * The Oxford weights converted for PyTorch (jcjohnson/pytorch-vgg) count their classifier from a Flatten, so its layers
 * are 1 and 4 where torchvision has 0 and 3; the features are named the same in both.
 */
function isOxfordClassifier(names: Iterable<string>): boolean {
  const classifier = new Set(
    [...names].flatMap((name) => /(?:^|\.)classifier\.(\d+)\.weight$/.exec(name)?.[1] ?? []),
  )
  return classifier.has('1') && classifier.has('4')
}

/**
 * The family whose preprocessing a convolution of 1×1 does to pictures in RGB from 0 to 1; undefined where it does another.
 *
 * @param kernel [3, 3, 1, 1]
 */
export function familyOfPreparation(kernel: Float32Array, bias: Float32Array): WeightFamily | undefined {
  const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-3 * Math.abs(b) + 1e-4
  return weightFamilies.find((family) => {
    const { channels, scale, mean, std } = preprocessings[family]
    return mean.every((value, to) => {
      const from = channels === 'rgb' ? to : 2 - to
      const row = [0, 1, 2].map((i) => (i === from ? scale / std[to]! : 0))
      return (
        isClose(bias[to]!, -value / std[to]!) &&
        row.every((factor, i) => isClose(kernel[3 * to + i]!, factor))
      )
    })
  })
}
