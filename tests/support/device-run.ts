import type { ConcreteDeviceId } from '../../src/shared/contract/engine.ts'
import { gradients } from '../../src/engine/autodiff/gradient.ts'
import { Graph } from '../../src/engine/graph/graph.ts'
import * as o from '../../src/engine/ops/index.ts'
import { createRandom } from '../../src/engine/random.ts'
import { Session } from '../../src/engine/runtime/ort.ts'
import { sizeOf } from './tensor64.ts'

// Run by tests/webgpu.test.ts in a process of its own, because the Vulkan driver is chosen by the environment.

const shapes = {
  picture: [1, 3, 18, 15],
  first: [6, 3, 3, 3],
  firstBias: [6],
  second: [8, 6, 3, 3],
  scale: [8],
  shift: [8],
  third: [4, 8, 3, 3],
} as const

type Inputs = Record<keyof typeof shapes, ReturnType<Graph['input']>>

/** Every kind of operator that networks and losses use, and its gradient in the picture and in every weight. */
function network(): Graph {
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

function lossOf({
  picture,
  first,
  firstBias,
  second,
  scale,
  shift,
  third,
}: Inputs): ReturnType<Graph['input']> {
  const padded = o.pad(picture, { 2: [1, 1], 3: [1, 1] }, 'reflect')
  const features = o.maxPool(o.relu(o.conv(padded, first, firstBias)))
  const overlapping = o.maxPool(features, { kernel: 3, stride: 2, pad: 1 })
  const normal = o.relu(o.instanceNorm(o.conv(overlapping, second, null, { pad: 1 }), scale, shift))
  const decoded = o.sigmoid(o.conv(o.upsample(o.averagePool(normal), 2), third, null, { pad: 1, stride: 2 }))
  const rows = o.reshape(features, [6, -1])
  const centred = o.sub(rows, o.reduceMean(rows, [1], true))
  const covariance = o.div(o.matmul(centred, o.transposed(centred)), o.countOf(features, [2, 3]))
  const variation = o.reduceMean(o.abs(o.sub(o.slice(picture, 3, 1), o.slice(picture, 3, 0, -1))))
  return o.add(o.add(o.reduceSum(o.square(covariance)), o.reduceMean(decoded)), variation)
}

async function run(device: ConcreteDeviceId): Promise<Record<string, number[]>> {
  const random = createRandom(5)
  const session = await Session.create(network(), { device, threads: 0 })
  const outputs = await session.run(
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [
        name,
        { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => random.normal()) },
      ]),
    ),
  )
  await session.dispose()
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, [...data]]))
}

process.stdout.write(JSON.stringify({ cpu: await run('cpu'), webgpu: await run('webgpu') }))
