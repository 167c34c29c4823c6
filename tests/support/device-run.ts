import type { ConcreteDeviceId } from '../../src/shared/contract/device.ts'
import { gradients } from '../../src/engine/autodiff/gradient.ts'
import { Graph, type Value } from '../../src/engine/graph/graph.ts'
import * as o from '../../src/engine/ops/index.ts'
import { createRandom } from '../../src/engine/random.ts'
import { Session } from '../../src/engine/runtime/ort.ts'
import { sizeOf } from './tensor64.ts'

// Run by tests/webgpu.test.ts in a process of its own, because the Vulkan driver is chosen by the environment.

/** @param channels of the first features */
const shapesOf = (channels: number) =>
  ({
    picture: [1, 3, 18, 15],
    first: [channels, 3, 3, 3],
    firstBias: [channels],
    second: [8, channels, 3, 3],
    scale: [8],
    shift: [8],
    third: [4, 8, 3, 3],
  }) as const

type Shapes = ReturnType<typeof shapesOf>

type Inputs = Record<keyof Shapes, Value>

/** Every kind of operator that networks and losses use, and its gradient in the picture and in every weight. */
function network(shapes: Shapes): Graph {
  const graph = new Graph()
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      graph.input(name, name === 'picture' ? [1, 3, 'H', 'W'] : shape),
    ]),
  ) as Inputs
  const loss = lossOf(inputs)
  const found = gradients(loss, Object.values(inputs))
  graph.output({
    loss,
    ...Object.fromEntries(Object.keys(inputs).map((name, i) => [`d/${name}`, found[i]!])),
  })
  return graph
}

function lossOf({ picture, first, firstBias, second, scale, shift, third }: Inputs): Value {
  const padded = o.pad(picture, { 2: [1, 1], 3: [1, 1] }, 'reflect')
  const features = o.maxPool(o.relu(o.conv(padded, first, firstBias)))
  const overlapping = o.maxPool(features, { kernel: 3, stride: 2, pad: 1 })
  const normal = o.relu(o.instanceNorm(o.conv(overlapping, second, null, { pad: 1 }), scale, shift))
  const decoded = o.sigmoid(o.conv(o.upsample(o.averagePool(normal), 2), third, null, { pad: 1, stride: 2 }))
  const rows = o.reshape(features, [features.shape[1] as number, -1])
  const centred = o.sub(rows, o.reduceMean(rows, [1], true))
  const covariance = o.div(o.matmul(centred, o.transposed(centred)), o.countOf(features, [2, 3]))
  const variation = o.reduceMean(o.abs(o.sub(o.slice(picture, 3, 1), o.slice(picture, 3, 0, -1))))
  return o.add(o.add(o.reduceSum(o.square(covariance)), o.reduceMean(decoded)), variation)
}

type Outputs = Record<string, number[]>

async function run(device: ConcreteDeviceId, channels: number): Promise<Outputs> {
  const shapes = shapesOf(channels)
  const random = createRandom(5)
  const session = await Session.create(network(shapes), { device, threads: 0 })
  const outputs = await session.run(
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [
        name,
        { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => random.normal()) },
      ]),
    ),
  )
  await session.dispose()
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data }]) => [`${name} of ${channels} channels`, [...data]]),
  )
}

/** With 6 channels the second convolution is one of those that src/engine/runtime/webgpu-faults.ts leaves to the CPU. */
async function runAll(device: ConcreteDeviceId): Promise<Outputs> {
  return { ...(await run(device, 8)), ...(await run(device, 6)) }
}

process.stdout.write(JSON.stringify({ cpu: await runAll('cpu'), webgpu: await runAll('webgpu') }))
