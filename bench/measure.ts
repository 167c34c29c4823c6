import { deviceId, type ConcreteDeviceId } from '../src/shared/contract/device.ts'
import { networkId, parameters, type NetworkId } from '../src/shared/contract/parameters.ts'
import { Graph } from '../src/engine/graph/graph.ts'
import { features } from '../src/engine/models/features.ts'
import { networkLayers } from '../src/engine/models/index.ts'
import type { Layer } from '../src/engine/models/layers.ts'
import { frozen } from '../src/engine/models/parameter-source.ts'
import { seededWeights } from '../src/engine/models/seeded.ts'
import { matmul } from '../src/engine/ops/index.ts'
import { createRandom } from '../src/engine/random.ts'
import { Session } from '../src/engine/runtime/ort.ts'
import { objectiveOptions } from '../src/engine/methods/optimise/objective-options.ts'
import { onDevice } from '../src/engine/runtime/on-device.ts'
import { ObjectiveSession } from '../src/engine/objective/session.ts'
import type { Planes } from '../src/engine/tensor/planes.ts'
import { preprocessings, type NetworkWeights } from '../src/engine/models/network-weights.ts'
import type { Tensor } from '../src/engine/tensor/tensor.ts'
import { median, takeTurns } from './turns.ts'

/** One line of the benchmark. */
export interface Row {
  device: ConcreteDeviceId
  network: NetworkId
  sizePx: number
  forwardMs: number
  gradientMs: number
  /** gradientMs / forwardMs: 2.05 is the arithmetic floor, as the first layer's data gradient is all that is saved. */
  ratio: number
  gflops: number
  forwardGflops: number
  gemmGflops: number
  peakRssMb: number
}

const repeats = 7
const gemmSide = 2048
const deepestTap = 'relu5_1'
const contentTap = 'relu4_2'

/**
 * Measures one network at one size in this process, with the objective of Gatys et al. 2016: content and five Gram
 * matrices. The gradient comes first, so that the peak memory is that of a run;
 * then forward pass, gradient and matrix product take turns, and the medians are told.
 */
export async function measure(device: ConcreteDeviceId, network: NetworkId, sizePx: number): Promise<Row> {
  const layers = networkLayers[network]
  const weights = seededWeights(layers, 1, preprocessings.torchvision)
  const picture = randomPicture(sizePx)
  const settings = parameters.parse({
    network,
    contentLayers: { [contentTap]: 1 },
    statistic: 'gram',
    tvWeight: 0,
    padding: 'zero',
  })
  const source = { content: picture, styles: [{ picture, weight: 1 }], layers, weights }
  const objective = await ObjectiveSession.create(
    source,
    objectiveOptions(settings),
    picture,
    onDevice({ device, threads: 0 }),
  )
  await objective.evaluate(picture.rgb)
  await objective.evaluate(picture.rgb)
  const peakRssMb = process.resourceUsage().maxRSS / 1024
  const [forward, gemm] = [await forwardSession(layers, weights, sizePx, device), await gemmSession(device)]
  const canvas: Tensor = { shape: [1, 3, sizePx, sizePx], data: picture.rgb }
  const measured = await takeTurns(
    {
      forward: () => forward.run({ picture: canvas }),
      gradient: () => objective.evaluate(picture.rgb),
      gemm: () => gemm.run({ a: square, b: square }),
    },
    repeats,
  )
  const times = {
    forward: median(measured.forward),
    gradient: median(measured.gradient),
    gemm: median(measured.gemm),
  }
  await Promise.all([objective.dispose(), forward.dispose(), gemm.dispose()])
  const forwardFlop = forwardFlopOf(layers, sizePx)
  return {
    device,
    network,
    sizePx,
    forwardMs: times.forward,
    gradientMs: times.gradient,
    ratio: times.gradient / times.forward,
    gflops: (2 * forwardFlop) / times.gradient / 1e6,
    forwardGflops: forwardFlop / times.forward / 1e6,
    gemmGflops: (2 * gemmSide ** 3) / times.gemm / 1e6,
    peakRssMb,
  }
}

function randomPicture(sidePx: number): Planes {
  const random = createRandom(1)
  const rgb = Float32Array.from({ length: 3 * sidePx * sidePx }, () => random.uniform())
  return { widthPx: sidePx, heightPx: sidePx, rgb }
}

const square: Tensor = { shape: [gemmSide, gemmSide], data: new Float32Array(gemmSide ** 2).fill(0.5) }

function forwardSession(
  layers: readonly Layer[],
  weights: NetworkWeights,
  sizePx: number,
  device: ConcreteDeviceId,
): Promise<Session> {
  const graph = new Graph()
  const picture = graph.input('picture', [1, 3, sizePx, sizePx])
  const found = features(graph, picture, layers, frozen(weights), {
    taps: [deepestTap],
    pooling: 'max',
    padding: 'replicate',
  })
  graph.output({ deepest: found.get(deepestTap)! })
  return Session.create(graph, { device, threads: 0, weights: weights.bytes })
}

function gemmSession(device: ConcreteDeviceId): Promise<Session> {
  const graph = new Graph()
  const [a, b] = ['a', 'b'].map((name) => graph.input(name, [gemmSide, gemmSide]))
  graph.output({ product: matmul(a!, b!) })
  return Session.create(graph, { device, threads: 0 })
}

/** Floating-point operations of a forward pass to the deepest tap. */
function forwardFlopOf(layers: readonly Layer[], sizePx: number): number {
  let [side, flop] = [sizePx, 0]
  for (const layer of layers) {
    if (layer.kind === 'pool') side = Math.floor(side / 2)
    else flop += 2 * 9 * layer.inChannels * layer.outChannels * side * side
    if (layer.kind === 'conv' && layer.relu === deepestTap) break
  }
  return flop
}

// Run by index.ts in a process of its own, so that each row's peak memory is its own.
const [device, network, sizePx] = process.argv.slice(2)
if (device && network && sizePx) {
  const row = await measure(
    deviceId.exclude(['auto']).parse(device),
    networkId.parse(network),
    Number(sizePx),
  )
  console.log(JSON.stringify(row))
}
