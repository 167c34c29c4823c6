import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parameters } from '../src/shared/contract/parameters.ts'
import { gradients } from '../src/engine/autodiff/gradient.ts'
import { Graph } from '../src/engine/graph/graph.ts'
import { moments } from '../src/engine/objective/terms/style/distribution.ts'
import { styleLoss, type StyleForm } from '../src/engine/objective/terms/style/statistics.ts'
import { blendMoments, type StyleMoments } from '../src/engine/objective/terms/style/blend.ts'
import { rootsGraph, styleTarget } from '../src/engine/objective/terms/style/targets.ts'
import { vgg16 } from '../src/engine/models/perceptual/vgg.ts'
import { createRandom } from '../src/engine/random.ts'
import { Session } from '../src/engine/runtime/ort.ts'
import { objectiveOptions } from '../src/engine/methods/optimise/objective-options.ts'
import { onDevice } from '../src/engine/runtime/on-device.ts'
import { ObjectiveSession } from '../src/engine/objective/session.ts'
import type { Planes } from '../src/engine/tensor/planes.ts'
import { readCanonical } from '../src/engine/weights/canonical.ts'
import type { Tensor } from '../src/engine/tensor/tensor.ts'
import { mixedFeatures, flatFeatures, formulaPicture } from './references/wasserstein-inputs.ts'
import { evaluate as interpret } from './support/interpreter.ts'
import { isRealMissing, realVgg16 } from './real/support/real-weights.ts'

/** Losses and gradients of PyTorch; made by references/wasserstein.py. */
interface FeatureCase {
  readonly name: string
  readonly channels: number
  readonly canvas: readonly [number, number]
  readonly style: readonly [number, number]
  readonly kinds: readonly ('mixed' | 'flat')[]
  readonly loss: number
  readonly gradient: string
}
interface NetworkCase {
  readonly tap: string
  readonly canvas: readonly [number, number]
  readonly style: readonly [number, number]
  readonly loss: number
  readonly norm: number
  readonly entries: readonly number[]
}
const references = JSON.parse(
  readFileSync(new URL('references/wasserstein.json', import.meta.url), 'utf8'),
) as { features: FeatureCase[]; network: NetworkCase[] }

const form: StyleForm = { statistic: 'w2', normaliser: 'none', reduction: 'mean', divisor: 'none' }
const cpu = { device: 'cpu', threads: 1 } as const
const kinds = { mixed: mixedFeatures, flat: flatFeatures }

async function run(graph: Graph, feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
  const session = await Session.create(graph, cpu)
  try {
    return await session.run(feeds)
  } finally {
    await session.dispose()
  }
}

async function momentsOf(features: Tensor): Promise<StyleMoments> {
  const graph = new Graph()
  const { mean, covariance, positions } = moments(graph.input('features', features.shape))
  graph.output({ mean, covariance, positions })
  const found = await run(graph, { features })
  return {
    mean: found['mean']!.data,
    covariance: found['covariance']!.data,
    positions: found['positions']!.data[0]!,
  }
}

async function targetOf(style: StyleMoments): Promise<Tensor> {
  const channels = style.mean.length
  const covariance = { shape: [channels, channels], data: Float32Array.from(style.covariance) }
  const { 'root/tap': root } = await run(rootsGraph({ tap: channels }), { 'covariance/tap': covariance })
  return styleTarget(style, form, root)
}

function lossGraph(features: Tensor, target: Tensor): Graph {
  const graph = new Graph()
  const input = graph.input('features', features.shape)
  const loss = styleLoss(input, graph.input('target', target.shape), form)
  graph.output({ loss, gradient: gradients(loss, [input])[0]! })
  return graph
}

function featuresOf({ kinds: names, channels, ...sizes }: FeatureCase, which: 'canvas' | 'style'): Tensor {
  const [seed, [height, width]] = [which === 'canvas' ? 1 : 2, sizes[which]]
  const make = kinds[names[seed - 1]!]
  return { shape: [1, channels, height, width], data: make(seed, channels, height * width) }
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
}

const largest = (values: ArrayLike<number>): number =>
  largestDifference(values, new Float64Array(values.length))

describe('the Wasserstein loss agrees with PyTorch in value and gradient', () => {
  it.each(references.features.map((reference) => [reference.name, reference] as const))(
    'features: %s',
    async (_, reference) => {
      const features = featuresOf(reference, 'canvas')
      const target = await targetOf(await momentsOf(featuresOf(reference, 'style')))
      const found = await run(lossGraph(features, target), { features, target })
      expect(Math.abs(found['loss']!.data[0]! / reference.loss - 1)).toBeLessThan(1e-4)
      const expected = new Float32Array(Uint8Array.from(Buffer.from(reference.gradient, 'base64')).buffer)
      expect(found['gradient']!.data).toHaveLength(expected.length)
      expect(largestDifference(found['gradient']!.data, expected) / largest(expected)).toBeLessThan(1e-4)
    },
  )

  it.skipIf(isRealMissing).each(references.network.map((reference) => [reference.tap, reference] as const))(
    'real features of VGG16: %s',
    async (tap, reference) => {
      const picture = (name: 'canvas' | 'style'): Planes => {
        const [heightPx, widthPx] = reference[name]
        return { heightPx, widthPx, rgb: formulaPicture(name, reference[name]) }
      }
      const settings = parameters.parse({
        ...{ network: 'vgg16', padding: 'zero', contentWeight: 0, tvWeight: 0 },
        ...{ statistic: 'w2', styleLayers: { [tap]: 1 } },
      })
      const canvas = picture('canvas')
      const source = {
        content: canvas,
        styles: [{ picture: picture('style'), weight: 1 }],
        ...{ layers: vgg16, weights: await readCanonical(realVgg16) },
      }
      const session = await ObjectiveSession.create(
        source,
        objectiveOptions(settings),
        canvas,
        onDevice({ device: 'cpu', threads: 1 }),
      )
      const { loss, gradient } = await session.evaluate(canvas.rgb)
      await session.dispose()
      expect(Math.abs(loss.total / reference.loss - 1)).toBeLessThan(1e-4)
      const norm = Math.sqrt(gradient.reduce((sum, value) => sum + value ** 2, 0))
      expect(Math.abs(norm / reference.norm - 1)).toBeLessThan(1e-4)
      const entries = gradient.filter((_, i) => i % 1009 === 0)
      expect(largestDifference(entries, reference.entries) / largest(gradient)).toBeLessThan(1e-4)
    },
    60_000,
  )
})

it('the gradient of the Wasserstein loss is its slope, where the iteration has converged', async () => {
  const [random, shape] = [createRandom(5), [1, 3, 5, 7]]
  const draw = (): Float32Array => Float32Array.from({ length: 105 }, () => random.uniform())
  const features = { shape, data: draw() }
  const style = { shape, data: draw().map((value) => 1.5 * value + 0.2) }
  const target = await targetOf(await momentsOf(style))
  const graph = lossGraph(features, target)
  const [loss, gradient] = ['loss', 'gradient'].map((name) => graph.outputs.get(name)!)
  const wide = ({ shape, data }: Tensor) => ({ shape, data: Float64Array.from(data) })
  const at = (data: Float64Array) =>
    interpret(graph, { features: { shape: features.shape, data }, target: wide(target) }, [loss!, gradient!])
  const start = wide(features).data
  const found = at(start).get(gradient!)!.data
  const slopes = start.map((value, i) => {
    const [after, before] = [1e-4, -1e-4].map((step) => at(start.with(i, value + step)).get(loss!)!.data[0]!)
    return (after! - before!) / 2e-4
  })
  expect(largestDifference(found, slopes) / largest(slopes)).toBeLessThan(1e-6)
})

it('a mixture of styles has the mean and covariance of a picture that shows each on its share of the area', async () => {
  const [channels, first, second] = [6, 30, 90]
  const parts = [mixedFeatures(1, channels, first), mixedFeatures(2, channels, second)]
  // The second one is far from the first.
  parts[1]!.forEach((value, i) => (parts[1]![i] = value + 40 + (i % 3)))
  const joined = new Float32Array(channels * (first + second))
  for (let c = 0; c < channels; c++) {
    joined.set(parts[0]!.subarray(c * first, (c + 1) * first), c * (first + second))
    joined.set(parts[1]!.subarray(c * second, (c + 1) * second), c * (first + second) + first)
  }
  const tensor = (data: Float32Array): Tensor => ({ shape: [1, channels, 1, data.length / channels], data })
  const [a, b, whole] = await Promise.all([...parts, joined].map((data) => momentsOf(tensor(data))))
  const blend = blendMoments([
    { moments: a!, weight: first },
    { moments: b!, weight: second },
  ])
  expect(largestDifference(blend.mean, whole!.mean) / largest(whole!.mean)).toBeLessThan(1e-6)
  expect(largestDifference(blend.covariance, whole!.covariance) / largest(whole!.covariance)).toBeLessThan(
    1e-6,
  )
})
