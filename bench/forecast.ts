import { optimiseJob } from '../src/shared/contract/optimise-job.ts'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { seededWeights } from '../src/engine/models/seeded.ts'
import { networkLayers } from '../src/engine/models/index.ts'
import { buildCanonical, writeCanonical } from '../src/engine/weights/canonical.ts'
import { preprocessings } from '../src/engine/models/network-weights.ts'
import {
  Calibrations,
  EngineHost,
  appPaths,
  forecast,
  readAppVersion,
  resolveWeights,
  runJob,
  spawnChild,
} from '../src/host/index.ts'
import { type JobSpec } from '../src/shared/contract/job.ts'
import { parameters, type Parameters, type PartialParameters } from '../src/shared/contract/parameters.ts'
import { withNetworkRecipe } from '../src/shared/contract/preset.ts'

/**
 * `npm run bench:forecast [-- --json] [--only lbfgs]`
 *
 * Time and peak memory of jobs against what was foretold of them, each in a worker of its own. VGG has random weights, which
 * cost the same. The machine must do nothing else. Linux only: the peak memory is read from /proc.
 */
const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
})

/** The automatic plan as people use it, and single scales, which show what a size takes. */
const single = (sizePx: number): PartialParameters => ({ sizePx, coarsestPx: sizePx })
const lbfgs = { optimizer: 'lbfgs', learningRate: 0.1 } as const
const table: PartialParameters[] = [
  { network: 'compact', sizePx: 256, steps: 200 },
  { network: 'compact', sizePx: 512, steps: 120 },
  { network: 'compact', sizePx: 1024, steps: 60 },
  { network: 'compact', ...single(512), steps: 40, ...lbfgs },
  { network: 'compact', ...single(512), steps: 60, ...lbfgs, history: 50 },
  { network: 'compact', ...single(1024), steps: 35, ...lbfgs, history: 30 },
  { network: 'vgg16', ...single(256), steps: 20 },
  { network: 'vgg16', ...single(512), steps: 8 },
  {
    network: 'vgg16',
    ...single(512),
    steps: 8,
    styleLayers: { relu1_2: 1, relu2_2: 1, relu3_3: 1, relu4_3: 1 },
  },
  { network: 'vgg19', sizePx: 256, steps: 60 },
  { network: 'vgg19', sizePx: 512, steps: 45 },
  { network: 'vgg19', ...single(512), steps: 12, ...lbfgs, history: 10 },
  { network: 'vgg19', ...single(1024), steps: 3 },
]

const folder = mkdtempSync(join(tmpdir(), 'pastiche-bench-'))
const calibrations = new Calibrations(join(folder, 'calibrations.json'), 'bench')
const { workerFile } = appPaths()

/** A worker for one thing, and its peak memory. */
async function withWorker<T>(work: (engine: EngineHost, peakBytes: () => number) => Promise<T>): Promise<T> {
  let pid = 0
  const spawn = spawnChild(workerFile)
  const counted = (): ReturnType<typeof spawn> => {
    const worker = spawn()
    pid = worker.pid!
    return worker
  }
  const engine = new EngineHost({ spawn: counted, appVersion: readAppVersion() })
  const peakBytes = (): number =>
    1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
  try {
    return await work(engine, peakBytes)
  } finally {
    await engine.close()
  }
}

async function randomWeights(network: 'vgg16' | 'vgg19'): Promise<string> {
  const path = join(folder, `${network}.safetensors`)
  const { tensors } = seededWeights(networkLayers[network], 1, preprocessings.caffe)
  const provenance = {
    network,
    family: 'caffe',
    origin: 'random',
    sourceSha256: '0'.repeat(64),
    verified: false,
  } as const
  await writeCanonical(
    path,
    await buildCanonical(provenance, (name, target) => {
      target.data.set(tensors.get(name)!.data)
      return Promise.resolve()
    }),
  )
  return path
}

async function noisePicture(name: string, sidePx: number): Promise<string> {
  const path = join(folder, name)
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const
  await sharp({ create: { width: sidePx, height: sidePx, channels: 3, background: '#888', noise } })
    .png()
    .toFile(path)
  return path
}

function jobOf(
  given: PartialParameters,
  paths: { content: string; style: string; weights: Partial<Record<Parameters['network'], string>> },
): JobSpec {
  return optimiseJob({
    content: paths.content,
    styles: [{ path: paths.style }],
    output: { path: join(folder, 'out.png') },
    parameters: parameters.parse(withNetworkRecipe(given)),
    resources: { device: 'cpu' },
    network: paths.weights[given.network!] ?? null,
  })
}

async function measure(job: JobSpec): Promise<Record<string, string | number>> {
  const cpu = { id: 'cpu', name: 'CPU', usable: true, note: '' } as const
  const key = { device: 'cpu', threads: 0, parameters: job.method.parameters } as const
  const foretold = await withWorker(async (engine) => {
    await calibrations.get(key, engine)
    return forecast({ planner: engine, calibrations }, job, cpu)
  })
  return withWorker(async (engine, peakBytes) => {
    const outcome = await runJob(engine, job).outcome
    if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome))
    const { network, sizePx, optimizer, history } = job.method.parameters
    return {
      job: `${network} ${sizePx} px ${optimizer}${optimizer === 'lbfgs' ? ` ${history}` : ''}`,
      foretoldS: foretold.estimatedMs! / 1000,
      tookS: outcome.elapsedMs / 1000,
      timeRatio: foretold.estimatedMs! / outcome.elapsedMs,
      foretoldMb: foretold.plan.peakMemoryBytes / 1e6,
      peakMb: peakBytes() / 1e6,
      memoryRatio: foretold.plan.peakMemoryBytes / peakBytes(),
    }
  })
}

const paths = {
  content: await noisePicture('photo.png', 1024),
  style: await noisePicture('style.png', 1024),
  weights: {
    compact: resolveWeights('compact'),
    vgg16: await randomWeights('vgg16'),
    vgg19: await randomWeights('vgg19'),
  },
}
const rows: Record<string, string | number>[] = []
for (const given of table.filter((given) => JSON.stringify(given).includes(values.only))) {
  const row = await measure(jobOf(given, paths))
  rows.push(row)
  if (!values.json)
    console.error(
      Object.values(row)
        .map((value) => (typeof value === 'number' ? value.toFixed(2) : value))
        .join('  '),
    )
}
rmSync(folder, { recursive: true, force: true })
if (values.json) console.log(JSON.stringify(rows, null, 2))
else console.table(rows)
