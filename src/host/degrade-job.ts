import type { JobSpec, Plan } from '../shared/contract/job.ts'
import type { PartialParameters } from '../shared/contract/parameters.ts'
import type { PasticheError } from '../shared/errors.ts'
import { wantedMemory } from './describe-exit.ts'
import type { ExitReport } from './worker-process.ts'

/** Why a job has to be tried again; null where another try would end as the first did. */
export type FailureKind = 'memory' | 'crash' | 'hang' | null

/** @param lost where the worker was lost: why */
export function failureKindOf(code: string, lost: PasticheError | null): FailureKind {
  if (code === 'out-of-memory') return 'memory'
  if (code === 'engine-hung') return 'hang'
  if (code !== 'engine-lost') return null
  const report = lost?.cause as Partial<ExitReport> | undefined
  const known = report?.code !== undefined && report.signal !== undefined
  return known && wantedMemory({ code: report.code, signal: report.signal }) ? 'memory' : 'crash'
}

export interface DegradedJob {
  readonly job: JobSpec
  /** Names the difference, as the end of "The job continues …"; empty where nothing is. */
  readonly words: string
}

const historyOfNeed = 5
/** Half the pixels, and so about half the memory. */
const sideOfNeed = Math.SQRT1_2

/**
 * The same job for another try. Where memory was short, each try asks for less of it: first without the arena, with a short
 * L-BFGS history and on the CPU, then with a lower top scale, and again. A device that failed twice gives way to the CPU.
 *
 * @param tries so far, the first included
 * @param plan of the job, once it had one
 */
export function degradeJob(
  job: JobSpec,
  failureKind: Exclude<FailureKind, null>,
  tries: number,
  plan: Plan | null,
): DegradedJob {
  if (failureKind === 'memory') return tries === 1 ? withLessMemory(job) : withLowerTop(job, plan)
  return tries === 1 || job.resources.device === 'cpu'
    ? { job: going(job, 'exact'), words: '' }
    : { job: going(withResources(job, { device: 'cpu' }), 'exact'), words: 'on the CPU' }
}

function withLessMemory(job: JobSpec): DegradedJob {
  const { optimizer, history } = job.method.parameters
  const isShortened = optimizer === 'lbfgs' && history > historyOfNeed
  const words = [
    job.resources.device === 'cpu'
      ? 'taking memory piece by piece'
      : 'on the CPU, taking memory piece by piece',
    ...(isShortened ? [`with an L-BFGS history of ${historyOfNeed}`] : []),
  ]
  const frugal = withResources(job, { arena: false, device: 'cpu' })
  const gentler = isShortened ? withParameters(frugal, { history: historyOfNeed }) : frugal
  return { job: going(gentler, isShortened ? 'adapted' : 'exact'), words: words.join(' and ') }
}

function withLowerTop(job: JobSpec, plan: Plan | null): DegradedJob {
  const sides = plan?.detail.scales.map(({ widthPx, heightPx }) => Math.max(widthPx, heightPx)) ?? [
    job.method.parameters.sizePx,
  ]
  const topPx = Math.max(...sides)
  const lowerPx = Math.max(16, Math.round(topPx * sideOfNeed))
  const scales = plan?.detail.scales.map(({ steps }, index) => ({
    sizePx: Math.min(sides[index]!, lowerPx),
    steps,
  }))
  const lower = withParameters(job, { sizePx: lowerPx, ...(scales !== undefined && { scales }) })
  return {
    job: going(lower, 'adapted'),
    words: `at ${lowerPx} px instead of ${topPx} px`,
  }
}

function withResources(job: JobSpec, changes: Partial<JobSpec['resources']>): JobSpec {
  return { ...job, resources: { ...job.resources, ...changes } }
}

function withParameters(job: JobSpec, changes: PartialParameters): JobSpec {
  const { method } = job
  return { ...job, method: { ...method, parameters: { ...method.parameters, ...changes } } }
}

function going(job: JobSpec, resume: 'exact' | 'adapted'): JobSpec {
  if (job.checkpoint === null) return job
  // A job that was adapted once differs from the checkpoint's, until it has one of its own.
  const isAdapted = resume === 'adapted' || job.checkpoint.resume === 'adapted'
  return { ...job, checkpoint: { ...job.checkpoint, resume: isAdapted ? 'adapted' : 'exact' } }
}
