import { describe, expect, it } from 'vitest'
import { judgeFamily, type FamilyClues } from './family.ts'

const unknown: FamilyClues = {
  format: 'torch-legacy',
  scheme: 'torchvision',
  names: ['features.0.weight'],
  firstKernel: new Float32Array(27),
}
const judge = (clues: Partial<FamilyClues>): string => {
  const { family, evidence } = judgeFamily({ ...unknown, ...clues })
  return `${family} by ${evidence}`
}
/** First values of filter 0 of the published weights (public tests of Keras's VGG19, a printed torchvision VGG16). */
const oxford19 = [
  0.341195, 0.339992, -0.0448442, 0.232159, 0.0897821, -0.303314, -0.0726092, -0.246675, -0.336833,
]
const torchvision16 = [-0.5537, 0.1427, 0.529, -0.5831, 0.3566, 0.7657, -0.6902, -0.048, 0.4841]

describe('judging the family of weights', () => {
  it('knows published weights by their first filter, whatever they are called', () => {
    expect(judge({ firstKernel: Float32Array.from(oxford19) })).toBe('caffe by its first filter')
    const renamed = {
      network: 'vgg16',
      scheme: 'keras',
      firstKernel: Float32Array.from(torchvision16),
    } as const
    expect(judge(renamed)).toBe('torchvision by its first filter')
  })

  it('knows them after a conversion to bfloat16', () => {
    const bits = new Uint32Array(Float32Array.from(oxford19).buffer).map((value) => value & 0xffff0000)
    expect(judge({ firstKernel: new Float32Array(bits.buffer) })).toBe('caffe by its first filter')
  })

  it('does not know them after more training', () => {
    const trained = Float32Array.from(oxford19, (value) => value * 1.02)
    expect(judge({ firstKernel: trained })).toBe('torchvision by the layer names of torchvision')
  })

  it('goes by the names of layers, else by the format', () => {
    expect(judge({ scheme: 'keras', format: 'keras-h5' })).toBe('caffe by the layer names of Keras')
    expect(judge({ scheme: 'caffe' })).toBe('caffe by the layer names of Caffe')
    expect(judge({ scheme: 'order', format: 'onnx' })).toBe('torchvision by its format')
    expect(judge({ scheme: 'order', format: 'keras-h5' })).toBe('caffe by its format')
  })

  it('tells the Oxford weights for PyTorch by their classifier', () => {
    const oxford = ['features.0.weight', 'classifier.1.weight', 'classifier.4.weight', 'classifier.6.weight']
    expect(judge({ names: oxford })).toBe('caffe by the classifier of the Oxford weights')
    const torchvision = [
      'features.0.weight',
      'classifier.0.weight',
      'classifier.3.weight',
      'classifier.6.weight',
    ]
    expect(judge({ names: torchvision })).toBe('torchvision by the layer names of torchvision')
  })
})
