import { join } from 'node:path'
import { contentPath, type JobSpec } from '../shared/contract/job.ts'
import { PasticheError } from '../shared/errors.ts'
import {
  appPaths,
  Calibrations,
  forecast,
  readAppVersion,
  type EngineHost,
  type Forecast,
} from '../host/index.ts'
import { colours } from './colours.ts'
import { nextFree } from './output-names.ts'
import { print, printLines, say, sayError } from './output.ts'
import { flatPlan } from './reporter.ts'
import { makeJob, type JobMaker } from './stylize-job.ts'

export interface DryRunOptions {
  readonly maker: JobMaker
  /** The job with the changes that --fit makes. */
  readonly fit: (job: JobSpec) => Promise<JobSpec>
}

/** Checks each photo as a run would and tells what it would take; paints nothing. Returns the exit code of the first problem. */
export async function dryRuns(
  engine: EngineHost,
  files: readonly string[],
  { maker, fit }: DryRunOptions,
): Promise<number> {
  const json = maker.options.json ?? false
  const planned = new Set<string>()
  let code = 0
  for (const content of files) {
    const job = await makeJob(engine, content, maker)
    const { problem } = await engine.call('check', job)
    if (problem === null) {
      const { path, placing } = job.output
      const picture = placing === 'new' ? await nextFree(path, planned) : path
      planned.add(picture)
      await tell(engine, await fit(job), maker.streams?.isOutput ? 'standard output' : picture, json)
      continue
    }
    const error = PasticheError.fromData(problem.error)
    if (files.length === 1) throw error
    code ||= error.exitCode
    if (json) print({ event: 'failed', content, error: problem.error, path: null })
    else sayError({ ...problem.error, message: `${content}: ${error.message}` })
  }
  return code
}

async function tell(engine: EngineHost, job: JobSpec, picture: string, json: boolean): Promise<void> {
  const calibrations = new Calibrations(join(appPaths().cache, 'calibrations.json'), readAppVersion())
  await calibrations.open()
  const { device, notice } = await engine.call('chooseDevice', { device: job.resources.device })
  const { parameters } = job.method
  await calibrations.get({ device: device.id, threads: job.resources.threads, parameters }, engine)
  const found = await forecast({ planner: engine, calibrations }, job, device)
  if (json) {
    print({
      event: 'forecast',
      content: contentPath(job),
      output: picture,
      ...found,
      plan: flatPlan(found.plan),
      notice,
    })
    return
  }
  for (const message of [notice, found.plan.notice]) if (message !== null) say(colours.yellow(message))
  printLines(...linesOf(picture, found))
}

function linesOf(
  picture: string,
  { plan, device, freeMemoryBytes, estimatedMs, fits, options }: Forecast,
): string[] {
  const scales = plan.detail.scales.map(
    ({ widthPx, heightPx, steps }) => `${widthPx} × ${heightPx} px: ${steps} steps`,
  )
  return [
    `Picture   ${picture}`,
    `Scales    ${scales.join(', ')}`,
    `Device    ${device.name}`,
    `Time      ${estimatedMs === null ? 'not known' : `about ${duration(estimatedMs)}`}`,
    `Memory    about ${gigabytes(plan.peakMemoryBytes)}, ${gigabytes(freeMemoryBytes)} are free${fits ? '' : ': too much'}`,
    ...options.map(({ words, memoryBytes }) => `          ${words}: about ${gigabytes(memoryBytes)}`),
  ]
}

/** 75 000 → "1 min 15 s". */
export function duration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
