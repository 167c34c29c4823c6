import { describe, expect, it } from 'vitest'
import { weightShapes } from '../models/seeded.ts'
import { kerasNames, narrowTables, torchvisionNames } from '../../../tests/support/weight-names.ts'
import { networkNames, publishedNetworks, recognise } from './recognise.ts'
import type { StoredTensor } from './tensor-file.ts'

const network = ['vgg16', 'vgg19'] as const

const stored = (shape: readonly number[]): StoredTensor => ({
  shape,
  read: () => Promise.reject(new Error('Nothing is read to recognise a network.')),
})

/** The tensors of a network under the names that `rename` gives them. */
function file(
  id: (typeof network)[number],
  rename: (name: string, index: number) => string = (name) => name,
): Map<string, StoredTensor> {
  return new Map(weightShapes(narrowTables[id]).map(([name, shape], i) => [rename(name, i), stored(shape)]))
}

const asTorchvision = (id: (typeof network)[number], prefix = ''): Map<string, StoredTensor> =>
  file(id, (name) => prefix + torchvisionNames(narrowTables[id]).get(name)!)
const see = (tensors: ReadonlyMap<string, StoredTensor>): unknown => {
  const { network: id, scheme, tensors: found } = recognise({ tensors, isInOrder: false }, narrowTables)
  expect([...found.keys()]).toEqual(weightShapes(narrowTables[id]).map(([name]) => name))
  return { id, scheme }
}

describe('recognising a network', () => {
  it.each(network)('knows %s by the names of torchvision and timm', (id) => {
    expect(see(asTorchvision(id))).toEqual({ id, scheme: 'torchvision' })
  })

  it.each(network)('knows %s by the names of Caffe', (id) => {
    expect(see(file(id))).toEqual({ id, scheme: 'caffe' })
    expect(see(file(id, (name) => name.replace('.weight', '_w_0').replace('.bias', '_b_0')))).toEqual({
      id,
      scheme: 'caffe',
    })
  })

  it.each(network)('knows %s by the names of Keras, old and new', (id) => {
    const old = kerasNames(narrowTables[id])
    expect(see(file(id, (name) => old.get(name)!))).toEqual({ id, scheme: 'keras' })
    const recent = (name: string): string =>
      `model_weights/${name.replace(/conv(\d)_(\d)\.(.*)/, (_, b, i, kind) => {
        const layer = `block${b as string}_conv${i as string}`
        return `${layer}/${layer}/${kind === 'weight' ? 'kernel:0' : 'bias:0'}`
      })}`
    expect(see(file(id, recent))).toEqual({ id, scheme: 'keras' })
  })

  it.each(network)('knows %s by the order of layers that are only counted', (id) => {
    const names = (name: string, i: number): string => `vgg0_conv${i >> 1}_${name.split('.')[1]!}`
    expect(see(file(id, names))).toEqual({ id, scheme: 'order' })
    const groups = (name: string, i: number): string =>
      `layers/conv2d_${i >> 1}/vars/${name.endsWith('bias') ? 1 : 0}`
    expect(see(file(id, groups))).toEqual({ id, scheme: 'order' })
  })

  it('sorts counted layers by number, not by letter', () => {
    const names = (name: string, i: number): string => `${i >> 1}.${name.split('.')[1]!}`
    const reversed = new Map([...file('vgg19', names)].reverse())
    expect(see(reversed)).toEqual({ id: 'vgg19', scheme: 'order' })
  })

  it.each(['module.', 'state_dict.', 'model.vgg.'])('looks behind the prefix %s', (prefix) => {
    expect(see(asTorchvision('vgg19', prefix))).toEqual({ id: 'vgg19', scheme: 'torchvision' })
  })

  it('passes over classifiers, also those that are convolutions', () => {
    const tensors = asTorchvision('vgg16')
    tensors.set('classifier.0.weight', stored([8, 6]))
    tensors.set('pre_logits.fc1.weight', stored([8, 6, 7, 7]))
    tensors.set('pre_logits.fc1.bias', stored([8]))
    expect(see(tensors)).toEqual({ id: 'vgg16', scheme: 'torchvision' })
  })

  it('passes over the state of an optimizer', () => {
    const tensors = file('vgg19', (name) => kerasNames(narrowTables.vgg19).get(name)!)
    tensors.set('optimizer_weights/Adam/block1_conv1/kernel/m:0', stored([3, 3, 3, 2]))
    expect(see(tensors)).toEqual({ id: 'vgg19', scheme: 'keras' })
  })

  it('expects the shapes of Keras the other way round', () => {
    const tensors = file('vgg16', (name) => kerasNames(narrowTables.vgg16).get(name)!)
    for (const [name, { shape }] of tensors)
      if (shape.length === 4) tensors.set(name, stored([3, 3, shape[1]!, shape[0]!]))
    expect(see(tensors)).toEqual({ id: 'vgg16', scheme: 'keras' })
  })

  it('tells which layer has another shape', () => {
    const tensors = file('vgg19').set('conv3_2.weight', stored([5, 4, 3, 3]))
    expect(() => see(tensors)).toThrow(
      'named like those of VGG19, but conv3_2 ("conv3_2.weight") has the shape 5×4×3×3 instead of 4×4×3×3',
    )
    const bias = file('vgg19').set('conv3_2.bias', stored([9]))
    expect(() => see(bias)).toThrow('conv3_2 ("conv3_2.weight") has no bias of 4 values')
  })

  it.each(['conv1_1', 'conv3_2', 'conv3_4', 'conv4_1'])(
    'does not take a VGG19 without %s for a network',
    (name) => {
      const tensors = file('vgg19')
      tensors.delete(`${name}.weight`)
      expect(() => see(tensors)).toThrow(`named like those of VGG19, but ${name} is missing`)
    },
  )

  it('does not take a VGG19 for a VGG16 where its shapes would fit', () => {
    const tensors = file('vgg19')
    for (const name of ['conv3_2', 'conv4_2', 'conv5_2']) tensors.delete(`${name}.weight`)
    expect(() => see(tensors)).toThrow('VGG19, but conv3_2 is missing')
  })

  it('does not take a VGG19 with one wrong shape for a VGG16', () => {
    const tensors = file('vgg19').set('conv5_4.weight', stored([6, 6, 5, 5]))
    expect(() => see(tensors)).toThrow(
      'VGG19, but conv5_4 ("conv5_4.weight") has the shape 6×6×5×5 instead of 6×6×3×3',
    )
  })

  it('misses a bias', () => {
    const tensors = file('vgg16')
    tensors.delete('conv2_1.bias')
    expect(() => see(tensors)).toThrow(
      'looks like VGG16, but conv2_1 ("conv2_1.weight") has no bias of 3 values',
    )
  })

  it('does not choose between two tensors for one layer', () => {
    const tensors = new Map([...asTorchvision('vgg19'), ...asTorchvision('vgg19', 'ema.')])
    expect(() => see(tensors)).toThrow(
      'more than one network: one begins with "ema.features.0.weight", another with "features.0.weight"',
    )
  })

  it('refuses relatives of VGG with batch normalisation', () => {
    const tensors = asTorchvision('vgg19')
    for (let i = 0; i < 16; i++) tensors.set(`features.${i}.running_mean`, stored([2]))
    expect(() => see(tensors)).toThrow('VGG19 with batch normalisation ("features.0.running_mean")')
  })

  it('refuses other networks', () => {
    expect(() => see(new Map())).toThrow('The file holds no weights.')
    const resnet = new Map([1, 2, 3, 4].map((i) => [`layer${i}.conv.weight`, stored([8, 8, 3, 3])]))
    expect(() => see(resnet)).toThrow(expect.objectContaining({ code: 'weights-unsupported' }))
  })

  it.each([10, 13, 16, 19])('does not call another network of %i convolutions a damaged VGG', (count) => {
    const tensors = new Map(
      Array.from({ length: count }, (_, i) => [`conv.${i}.weight`, stored([32, i === 0 ? 3 : 32, 3, 3])]),
    )
    expect(() => see(tensors)).toThrow(
      expect.objectContaining({
        code: 'weights-unsupported',
        message: `This is a network with ${count} convolutions, not VGG16 or VGG19.`,
      }),
    )
  })

  it('says what a fast-style network is, by its last convolution', () => {
    const shapes = [[32, 3, 9, 9], ...Array.from({ length: 12 }, () => [32, 32, 3, 3]), [3, 32, 9, 9]]
    const tensors = new Map(shapes.map((shape, i) => [`layers.${i}.conv2d.weight`, stored(shape)]))
    expect(() => see(tensors)).toThrow('This is a fast-style network, which paints pictures in one pass')
  })

  it('finds a VGG among the other parts of a model', () => {
    const tensors = new Map([
      ['decoder.0.weight', stored([4, 6, 3, 3])],
      ...asTorchvision('vgg16', 'encoder.'),
      ['head.0.weight', stored([9, 6, 3, 3])],
    ] as [string, StoredTensor][])
    expect(see(tensors)).toEqual({ id: 'vgg16', scheme: 'torchvision' })
  })

  it('takes kernels as TensorFlow keeps them, in any format', () => {
    const tensors = new Map(
      weightShapes(publishedNetworks.vgg16).map(([name, shape]) => [
        name,
        stored(shape.length === 4 ? [3, 3, shape[1]!, shape[0]!] : shape),
      ]),
    )
    expect(recognise({ tensors, isInOrder: false }).tensors.get('conv3_1.weight')!.shape).toEqual([
      256, 128, 3, 3,
    ])
  })

  it('is not held up by names of many letters', () => {
    const tensors = new Map(
      Array.from({ length: 2000 }, (_, i) => [`${'weight'.repeat(160)}${i}`, stored([9, 9, 3, 3])]),
    )
    const startedMs = performance.now()
    expect(() => see(tensors)).toThrow('a network with 2000 convolutions')
    expect(performance.now() - startedMs).toBeLessThan(5000)
  })

  it.each(network)('knows the real %s', (id) => {
    const tensors = new Map(weightShapes(publishedNetworks[id]).map(([name, shape]) => [name, stored(shape)]))
    expect(recognise({ tensors, isInOrder: false }).network).toBe(id)
    expect(networkNames[id]).toBe(id.toUpperCase())
  })
})
