import type { Job, Plan } from '../shared/contract/engine.ts'
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
  readonly job: Job
  /** What is different, as the end of "The job goes on …"; empty where nothing is. */
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
  job: Job,
  failure: Exclude<FailureKind, null>,
  tries: number,
  plan: Plan | null,
): DegradedJob {
  if (failure === 'memory') return tries === 1 ? withLessMemory(job) : withLowerTop(job, plan)
  return tries === 1 || job.device === 'cpu'
    ? { job: going(job, 'exact'), words: '' }
    : { job: going({ ...job, device: 'cpu' }, 'exact'), words: 'on the CPU' }
}

function withLessMemory(job: Job): DegradedJob {
  const { optimizer, history } = job.parameters
  const isShortened = optimizer === 'lbfgs' && history > historyOfNeed
  const parameters = isShortened ? { ...job.parameters, history: historyOfNeed } : job.parameters
  const words = [
    job.device === 'cpu' ? 'taking memory piece by piece' : 'on the CPU, taking memory piece by piece',
    ...(isShortened ? [`with an L-BFGS history of ${historyOfNeed}`] : []),
  ]
  const degraded = { ...job, parameters, arena: false, device: 'cpu' as const }
  return { job: going(degraded, isShortened ? 'adapted' : 'exact'), words: words.join(' and ') }
}

function withLowerTop(job: Job, plan: Plan | null): DegradedJob {
  const sides = plan?.scales.map(({ widthPx, heightPx }) => Math.max(widthPx, heightPx)) ?? [
    job.parameters.sizePx,
  ]
  const topPx = Math.max(...sides)
  const lowerPx = Math.max(16, Math.round(topPx * sideOfNeed))
  const scales = plan?.scales.map(({ steps }, index) => ({ sizePx: Math.min(sides[index]!, lowerPx), steps }))
  const parameters = { ...job.parameters, sizePx: lowerPx, scales: scales ?? job.parameters.scales }
  return {
    job: going({ ...job, parameters }, 'adapted'),
    words: `at ${lowerPx} px instead of ${topPx} px`,
  }
}

function going(job: Job, resume: 'exact' | 'adapted'): Job {
  if (job.checkpoint === null) return job
  // What was adapted once is another job than the checkpoint's, until it has one of its own.
  const isAdapted = resume === 'adapted' || job.checkpoint.resume === 'adapted'
  return { ...job, checkpoint: { ...job.checkpoint, resume: isAdapted ? 'adapted' : 'exact' } }
}
