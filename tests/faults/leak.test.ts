import { optimiseJob } from '../../src/shared/contract/optimise-job.ts'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { liveSessions } from '../../src/engine/runtime/ort.ts'
import { startJob } from '../../src/engine/task/start-job.ts'
import { appPaths, EngineHost, readAppVersion, runWithRetries, spawnChild } from '../../src/host/index.ts'
import { type JobSpec } from '../../src/shared/contract/job.ts'
import { testPicture } from '../cli/pastiche.ts'
import { buildEngine } from './support/open-studio.ts'
import { shippedNetwork } from '../support/shipped-network.ts'

const jobs = 240
/**
 * From then on the worker's memory is level: the allocator has grown to what one job asks of it (by a tenth from
 * the tenth job to the seventieth, and by nothing from there to the last).
 */
const warmJobs = 100
/** Number of jobs over which memory is measured: the resident part swings by a tenth with each garbage collection. */
const windowJobs = 40
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pastiche-leak-'))
  await testPicture(48, 32).png().toFile(join(folder, 'photo.png'))
  await testPicture(40, 40, 1).png().toFile(join(folder, 'style.png'))
  await buildEngine(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tinyJob = (): JobSpec =>
  optimiseJob({
    content: join(folder, 'photo.png'),
    styles: [{ path: join(folder, 'style.png') }],
    output: { path: join(folder, 'out.png') },
    // The first layers alone: half the work of a job, and as much to forget.
    parameters: {
      ...{ sizePx: 48, coarsestPx: 48, steps: 2 },
      ...{ contentLayers: { relu2_1: 1 }, styleLayers: { relu1_1: 1, relu2_1: 1 } },
    },
    resources: { device: 'cpu', threads: 1 },
    network: shippedNetwork,
    checkpoint: { path: join(folder, 'job.checkpoint') },
  })

function residentBytes(pid: number): number {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}

describe('many jobs in one worker', () => {
  it.skipIf(process.platform !== 'linux')(
    `hold after ${jobs} the memory of after ${warmJobs}, and no listener`,
    async () => {
      let pid = 0
      const spawn = spawnChild(appPaths().workerFile)
      const counted = (): ReturnType<typeof spawn> => {
        const worker = spawn()
        pid = worker.pid!
        return worker
      }
      const engine = new EngineHost({ spawn: counted, appVersion: readAppVersion() })
      const resident: number[] = []
      for (let done = 1; done <= jobs; done++) {
        expect((await runWithRetries(engine, tinyJob()).outcome).state).toBe('done')
        resident.push(residentBytes(pid))
      }
      expect(engine.listenerCount).toBe(0)
      await engine.close()
      const ratio =
        median(resident.slice(-windowJobs)) / median(resident.slice(warmJobs).slice(0, windowJobs))
      process.stderr.write(`Memory after ${jobs} jobs: ${ratio.toFixed(3)} of that after ${warmJobs}.\n`)
      expect(ratio).toBeLessThan(1.05)
    },
    900_000,
  )

  it('leave no session behind, however they end', async () => {
    const quiet = { progress: () => undefined, preview: () => undefined, notice: () => undefined }
    for (let i = 0; i < 6; i++) {
      const run = await startJob(tinyJob(), quiet)
      if (i % 3 === 1) run.control({ kind: 'stop' })
      if (i % 3 === 2) run.control({ kind: 'suspend' })
      await run.outcome
    }
    expect(liveSessions()).toBe(0)
  })
})
