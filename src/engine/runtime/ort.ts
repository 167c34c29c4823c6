import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type * as Ort from 'onnxruntime-node'
import type { ConcreteDeviceId } from '../../shared/contract/device.ts'
import { PasticheError } from '../../shared/errors.ts'
import { externalWeightsName, serialize } from '../graph/serialize.ts'
import type { Graph } from '../graph/graph.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { miscomputedByWebGpu } from './webgpu-faults.ts'

/** The only import of onnxruntime-node: sessions, and how our devices are called there. */

// Since 1.29, its own builds for Linux and macOS tell Microsoft of each process, session and model, and keep a device's identity on
// the disk (microsoft/onnxruntime#27379). This is their full opt-out, and must be there before the library is loaded: hence
// no import, which a bundle would put first.
process.env['ORT_DISABLE_TELEMETRY'] = '1'
const require = createRequire(import.meta.url)
const ort = require('onnxruntime-node') as typeof Ort

/** Folder of its libraries for this system. */
export const runtimeFolder: string = join(
  dirname(require.resolve('onnxruntime-node/package.json')),
  'bin/napi-v6',
  process.platform,
  process.arch,
)

export const runtimeVersion: string = ort.env.versions.node ?? ort.env.versions.common

const providers: Record<ConcreteDeviceId, string> = {
  cpu: 'cpu',
  webgpu: 'webgpu',
  cuda: 'cuda',
  directml: 'dml',
  coreml: 'coreml',
}

/** Devices that this build of ONNX Runtime was compiled with. */
export function bundledDevices(): readonly ConcreteDeviceId[] {
  const bundled = ort.listSupportedBackends().map(({ name }) => name)
  return (Object.keys(providers) as ConcreteDeviceId[]).filter((device) =>
    bundled.includes(providers[device]),
  )
}

export interface SessionOptions {
  readonly device: ConcreteDeviceId
  /** 0: as many as the machine has cores. */
  readonly threads: number
  /** Bytes of the weights that the graph refers to; see NetworkWeights. */
  readonly weights?: Uint8Array
  /** Off: every tensor is allocated by itself, so that no block grows beyond what is needed; slower. */
  readonly arena?: boolean
}

let live = 0

/** Sessions that were created and not disposed of yet. */
export function liveSessions(): number {
  return live
}

/** A graph made ready to run on a device. Whoever creates it disposes of it. */
export class Session {
  readonly #session: Ort.InferenceSession
  readonly device: ConcreteDeviceId

  private constructor(session: Ort.InferenceSession, device: ConcreteDeviceId) {
    this.#session = session
    this.device = device
  }

  /** @throws PasticheError `device-failed` where the device is not there or refuses the graph */
  static async create(graph: Graph, options: SessionOptions): Promise<Session> {
    const { device, threads, weights, arena = true } = options
    // The runtime would leave such a device out without a word and take the CPU.
    if (!bundledDevices().includes(device))
      throw new PasticheError('device-failed', `This build of ONNX Runtime has no ${device} device.`)
    const model = serialize(graph)
    try {
      const session = await ort.InferenceSession.create(model, {
        executionProviders: device === 'cpu' ? ['cpu'] : [providerOf(device, graph), 'cpu'],
        intraOpNumThreads: threads,
        enableCpuMemArena: arena,
        // A planned pattern of all tensors holds more memory (VGG19 at 512 px: 1.6 GB instead of 1.0) and is no faster.
        enableMemPattern: false,
        // Warnings tell developers which nodes fell back to the CPU; errors are thrown.
        logSeverityLevel: 4,
        ...(weights ? { externalData: [{ path: externalWeightsName, data: wholeBuffer(weights) }] } : {}),
      })
      live += 1
      return new Session(session, device)
    } catch (cause) {
      throw runtimeError(cause, device)
    }
  }

  /**
   * @param feeds a tensor for every input of the graph
   * @param into buffers that outputs are written to; others get new ones
   */
  async run(
    feeds: Readonly<Record<string, Tensor>>,
    into: Readonly<Record<string, Tensor>> = {},
  ): Promise<Record<string, Tensor>> {
    const fetches: Record<string, Ort.Tensor | null> = {}
    for (const name of this.#session.outputNames) fetches[name] = into[name] ? toOrt(into[name]) : null
    try {
      const results = await this.#session.run(
        Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toOrt(tensor)])),
        fetches,
      )
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromOrt(tensor)]))
    } catch (cause) {
      throw runtimeError(cause, this.device)
    }
  }

  async dispose(): Promise<void> {
    live -= 1
    await this.#session.release()
  }
}

function providerOf(device: ConcreteDeviceId, graph: Graph): Ort.InferenceSession.ExecutionProviderConfig {
  const forceCpuNodeNames = device === 'webgpu' ? miscomputedByWebGpu(graph) : []
  return forceCpuNodeNames.length > 0 ? { name: 'webgpu', forceCpuNodeNames } : providers[device]
}

/** Tensors say where they lie in their buffer, of which the weights may be a part. */
function wholeBuffer({ buffer }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer)
}

function toOrt({ shape, data }: Tensor): Ort.Tensor {
  return new ort.Tensor('float32', data, shape)
}

function fromOrt(tensor: Ort.Tensor): Tensor {
  return { shape: tensor.dims, data: tensor.data as Float32Array }
}

function runtimeError(cause: unknown, device: ConcreteDeviceId): PasticheError {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (/failed to allocate|bad[_ ]alloc|(out of|not enough) memory|E_OUTOFMEMORY/i.test(message))
    return new PasticheError('out-of-memory', `The ${device} device ran out of memory: ${message}`, { cause })
  return new PasticheError('device-failed', `The ${device} device failed: ${message}`, { cause })
}
