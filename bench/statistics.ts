import { parseArgs } from 'node:util'
import { parameters, type Parameters } from '../src/shared/contract/parameters.ts'
import { gradients } from '../src/engine/autodiff/gradient.ts'
import { Graph } from '../src/engine/graph/graph.ts'
import { styleLoss, targetColumns, type StyleForm } from '../src/engine/objective/terms/style/statistics.ts'
import { seededWeights } from '../src/engine/models/seeded.ts'
import { vgg16 } from '../src/engine/models/perceptual/vgg.ts'
import { createRandom } from '../src/engine/random.ts'
import { Session } from '../src/engine/runtime/ort.ts'
import { objectiveOptions } from '../src/engine/methods/optimise/objective-options.ts'
import { onDevice } from '../src/engine/runtime/on-device.ts'
import { ObjectiveSession } from '../src/engine/objective/session.ts'
import type { Planes } from '../src/engine/tensor/planes.ts'
import { readCanonical } from '../src/engine/weights/canonical.ts'
import { preprocessings } from '../src/engine/models/network-weights.ts'
import type { Tensor } from '../src/engine/tensor/tensor.ts'
import { takeTurns } from './turns.ts'

/**
 * `npm run bench:statistics [-- --size 512] [--repeats 7] [--weights vgg16.safetensors]`
 *
 * The style losses of five layers of VGG16 with their gradients, by statistic, as a share of a whole step (content and Gram
 * matrices). Processor time of one thread, which other programs on the machine disturb less than the time on the clock; the fastest of
 * some turns.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '512' },
    repeats: { type: 'string', default: '7' },
    weights: { type: 'string' },
  },
})

type Statistic = Parameters['statistic']
const statistics: readonly Statistic[] = ['gram', 'moments', 'covariance', 'w2']
const channels = [64, 128, 256, 512, 512]
const sidePx = Number(values.size)
const random = createRandom(1)
const uniform = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.uniform())

async function stepTask(): Promise<() => Promise<unknown>> {
  const picture: Planes = { widthPx: sidePx, heightPx: sidePx, rgb: uniform(3 * sidePx * sidePx) }
  const weights = values.weights
    ? await readCanonical(values.weights)
    : seededWeights(vgg16, 1, preprocessings.torchvision)
  const settings = parameters.parse({
    network: 'vgg16',
    contentLayers: { relu4_2: 1 },
    styleLayers: Object.fromEntries(channels.map((_, block) => [`relu${block + 1}_1`, 1])),
    tvWeight: 0,
  })
  const source = { content: picture, styles: [{ picture, weight: 1 }], layers: vgg16, weights }
  const session = await ObjectiveSession.create(
    source,
    objectiveOptions(settings),
    picture,
    onDevice({ device: 'cpu', threads: 1 }),
  )
  return () => session.evaluate(picture.rgb)
}

async function lossTask(statistic: Statistic): Promise<() => Promise<unknown>> {
  const runs = await Promise.all(
    channels.map(async (count, block) => {
      const side = Math.floor(sidePx / 2 ** block)
      const features: Tensor = { shape: [1, count, side, side], data: uniform(count * side * side) }
      const columns = targetColumns(statistic, count)
      const target: Tensor = { shape: [count, columns], data: uniform(count * columns) }
      const graph = new Graph()
      const input = graph.input('features', features.shape)
      const form: StyleForm = { statistic, normaliser: 'none', reduction: 'mean', divisor: 'none' }
      const loss = styleLoss(input, graph.input('target', target.shape), form)
      graph.output({ loss, gradient: gradients(loss, [input])[0]! })
      const session = await Session.create(graph, { device: 'cpu', threads: 1 })
      const gradient: Tensor = { shape: features.shape, data: new Float32Array(features.data.length) }
      return () => session.run({ features, target }, { gradient })
    }),
  )
  return async () => {
    for (const run of runs) await run()
  }
}

function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const tasks: Record<string, () => Promise<unknown>> = { 'whole step, gram': await stepTask() }
for (const statistic of statistics) tasks[statistic] = await lossTask(statistic)
const times = await takeTurns(tasks, Number(values.repeats), processorMs)
const fastest = (name: string): number => Math.min(...times[name]!)
console.table(
  Object.fromEntries(
    Object.keys(tasks).map((name) => [
      name,
      {
        'processor ms': Math.round(fastest(name)),
        'of a step, %': ((100 * fastest(name)) / fastest('whole step, gram')).toFixed(1),
      },
    ]),
  ),
)
process.exit(0)
