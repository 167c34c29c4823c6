import { join } from 'node:path'
import type { Job } from '../shared/contract/engine.ts'
import {
  appPaths,
  Calibrations,
  forecast,
  readAppVersion,
  type EngineHost,
  type Forecast,
} from '../host/index.ts'
import { colours } from './colours.ts'
import { print, printLines, say } from './output.ts'

/** Tells what a job would take, and paints nothing. */
export async function dryRun(engine: EngineHost, job: Job, json: boolean): Promise<void> {
  const calibrations = new Calibrations(join(appPaths().cache, 'calibrations.json'), readAppVersion())
  await calibrations.open()
  const { device, notice } = await engine.call('chooseDevice', { device: job.device })
  const { threads, parameters } = job
  await calibrations.get({ device: device.id, threads, parameters }, engine)
  const found = await forecast({ planner: engine, calibrations }, job, device)
  if (json) {
    print({ event: 'forecast', content: job.content, output: job.output.path, ...found, notice })
    return
  }
  for (const message of [notice, found.plan.notice]) if (message !== null) say(colours.yellow(message))
  printLines(...linesOf(job, found))
}

function linesOf(
  job: Job,
  { plan, device, freeMemoryBytes, estimatedMs, fits, options }: Forecast,
): string[] {
  const scales = plan.scales.map(
    ({ widthPx, heightPx, steps }) => `${widthPx} × ${heightPx} px: ${steps} steps`,
  )
  return [
    `Picture   ${job.output.path}`,
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
