import {
  deviceIds,
  type ConcreteDeviceId,
  type DeviceId,
  type DeviceInfo,
  type DeviceReport,
} from '../../shared/contract/device.ts'
import { PasticheError } from '../../shared/errors.ts'
import { gradients } from '../autodiff/gradient.ts'
import { Graph } from '../graph/graph.ts'
import { conv, maxPool, reduceMean, relu, square } from '../ops/index.ts'
import { createRandom } from '../random.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { deviceNeeds } from './device-needs.ts'
import { bundledDevices, Session } from './ort.ts'

const names: Record<ConcreteDeviceId, string> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA (NVIDIA)',
  directml: 'DirectML (Windows)',
  coreml: 'CoreML (Apple)',
}

/** Source of a device that this build does not include. */
const whereElse: Record<ConcreteDeviceId, string> = {
  cpu: 'Not in this build.',
  webgpu: 'Not in this build.',
  cuda: 'Only on Linux for x64, after npm run setup:cuda.',
  directml: 'Only on Windows.',
  coreml: 'Only on macOS.',
}

/** Faster kinds first. */
const preference: readonly ConcreteDeviceId[] = ['cuda', 'directml', 'coreml', 'webgpu', 'cpu']

interface Probe {
  readonly info: DeviceInfo
  /** Time of the warm probe graph; infinite if it did not run. */
  readonly milliseconds: number
}

/**
 * A context that failed once stays failed in its process (WebGPU), and nothing else changes either while it lives: each
 * device is probed once.
 */
const probes = new Map<ConcreteDeviceId, Promise<Probe>>()

/** Every device that Pastiche knows, with whether a small gradient graph really runs on it; why not, and what it needs for that. */
export async function listDevices(): Promise<DeviceReport[]> {
  const found: DeviceReport[] = []
  for (const id of deviceIds) {
    if (id === 'auto') continue
    const { info } = await probe(id)
    found.push({ ...info, needs: info.usable ? [] : deviceNeeds(id) })
  }
  return found
}

/**
 * The device that a job runs on. `auto` takes the best kind that gives the right answer and is faster than the CPU: a WebGPU
 * device may be a software renderer, a hundred times slower.
 *
 * @returns the device, and a sentence where it is not the one asked for
 */
export async function chooseDevice(wanted: DeviceId): Promise<{ device: DeviceInfo; notice: string | null }> {
  if (wanted !== 'auto') {
    const { info } = await probe(wanted)
    if (info.usable) return { device: info, notice: null }
    const { info: cpu } = await probe('cpu')
    return {
      device: cpu,
      notice: `The ${wanted} device cannot be used: ${info.note} The job runs on the cpu device.`,
    }
  }
  const cpu = await probe('cpu')
  for (const id of preference) {
    const { info, milliseconds } = await probe(id)
    if (info.usable && milliseconds <= cpu.milliseconds) return { device: info, notice: null }
  }
  return { device: cpu.info, notice: null }
}

function probe(id: ConcreteDeviceId): Promise<Probe> {
  const running = probes.get(id) ?? measure(id)
  probes.set(id, running)
  return running
}

async function measure(id: ConcreteDeviceId): Promise<Probe> {
  const info = (usable: boolean, note: string): DeviceInfo => ({ id, name: names[id], usable, note })
  if (!bundledDevices().includes(id)) return { info: info(false, whereElse[id]), milliseconds: Infinity }
  try {
    const small = await runProbe(id, smallSidePx)
    const error = relativeError(small.gradient, (await runProbe('cpu', smallSidePx)).gradient)
    if (error > 1e-3)
      return {
        info: info(false, `It computes wrong gradients (off by ${error.toPrecision(2)}).`),
        milliseconds: Infinity,
      }
    if (small.milliseconds > softwareMs)
      return { info: info(true, 'Right, but slower than the CPU.'), milliseconds: Infinity }
    const { milliseconds } = await runProbe(id, largeSidePx)
    return {
      info: info(true, id === 'cpu' ? 'Works everywhere.' : 'Runs the probe graph correctly.'),
      milliseconds,
    }
  } catch (thrown) {
    return { info: info(false, reasonOf(PasticheError.from(thrown), id)), milliseconds: Infinity }
  }
}

/** Sizes at which a right answer is obvious, and at which a GPU has enough work to show its speed. */
const smallSidePx = 32
const largeSidePx = 192
/** A GPU needs a millisecond or two for the small probe, a software renderer hundreds. */
const softwareMs = 50

/** Loss and gradient of a small network, with a fixed picture and fixed weights; timed when warm. */
async function runProbe(
  device: ConcreteDeviceId,
  sidePx: number,
): Promise<{ gradient: Float32Array; milliseconds: number }> {
  const graph = new Graph()
  const picture = graph.input('picture', [1, 3, sidePx, sidePx])
  const first = graph.input('first', [16, 3, 3, 3])
  const second = graph.input('second', [16, 16, 3, 3])
  const features = maxPool(relu(conv(relu(conv(picture, first, null, { pad: 1 })), second, null, { pad: 1 })))
  const [gradient] = gradients(reduceMean(square(features)), [picture])
  graph.output({ gradient: gradient! })
  const random = createRandom(1)
  const tensor = (shape: readonly number[]): Tensor => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.uniform() - 0.5),
  })
  const feeds = {
    picture: tensor([1, 3, sidePx, sidePx]),
    first: tensor([16, 3, 3, 3]),
    second: tensor([16, 16, 3, 3]),
  }
  const session = await Session.create(graph, { device, threads: 0 })
  try {
    await session.run(feeds)
    const startedMs = performance.now()
    const { gradient: result } = await session.run(feeds)
    return { gradient: result!.data, milliseconds: performance.now() - startedMs }
  } finally {
    await session.dispose()
  }
}

function relativeError(received: Float32Array, expected: Float32Array): number {
  let [difference, size] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(received[i]! - expected[i]!))
    size = Math.max(size, Math.abs(expected[i]!))
  }
  return difference / size
}

/** The part of ONNX Runtime's message that is meant for people. */
function reasonOf({ cause, message }: PasticheError, id: ConcreteDeviceId): string {
  const reason = (cause instanceof Error ? cause.message : message)
    .split(/was false\.\s*/)
    .at(-1)!
    .split('\n')[0]!
    .trim()
  const help = id === 'cuda' ? ' Run npm run setup:cuda.' : ''
  return `${reason.endsWith('.') ? reason : `${reason}.`}${help}`
}
