import { createContext } from 'svelte'
import type { LiveWeights } from '../../../shared/methods/optimise.ts'
import { parameters, type Parameters } from '../../../shared/contract/parameters.ts'
import { liveNames } from '../../state/jobs.svelte.ts'
import type { StudioState } from '../../state/studio.svelte.ts'
import type { ParameterName } from './fields.ts'
import { LatestValue } from './latest-value.ts'

const liveRestMs = 200

/** Parameters that give the weights their meaning. A job that differs in one of them can't take the panel's weights. */
const meaningOfWeights: readonly ParameterName[] = [
  'network',
  'contentReduction',
  'statistic',
  'normaliser',
  'styleReduction',
  'styleDivisor',
  'tvForm',
  'tvReduction',
  'preprocessing',
]

interface LiveMove {
  readonly jobId: string
  readonly weights: LiveWeights
}

/** The panel: the draft's parameters, and those of them that move the job at work as well. */
export class ParametersState {
  readonly studio: StudioState
  readonly #moves: LatestValue<LiveMove>
  #moved = $state.raw<LiveMove | null>(null)

  constructor(studio: StudioState) {
    this.studio = studio
    this.#moves = new LatestValue(({ jobId, weights: parameters }) => {
      const steering = { method: 'optimise', parameters } as const
      return studio.attempt(() => studio.jobs.control(jobId, { kind: 'steer', steering }))
    }, liveRestMs)
  }

  get values(): Parameters {
    return this.studio.draft.parameters
  }

  /** The job at work whose weights the panel moves; null where there is none, or its weights mean something else. */
  readonly liveJob = $derived.by(() => {
    const job = this.studio.jobs.atWork
    if (job === null) return null
    return meaningOfWeights.every((name) => job.parameters[name] === this.values[name]) ? job : null
  })

  isChanged(name: ParameterName): boolean {
    return Object.hasOwn(this.studio.draft.own, name)
  }

  isLive(name: ParameterName): boolean {
    return this.liveJob !== null && isLiveName(name)
  }

  /** Value in the current painting if it differs from the panel; otherwise null. */
  paintedWith<Name extends ParameterName>(name: Name): Parameters[Name] | null {
    const job = this.liveJob
    if (job === null || !isLiveName(name)) return null
    const moved = this.#moved?.jobId === job.id ? this.#moved.weights : {}
    const painted = { ...job.parameters, ...moved }[name]
    return JSON.stringify(painted) === JSON.stringify(this.values[name]) ? null : painted
  }

  set<Name extends ParameterName>(name: Name, value: Parameters[Name]): void {
    this.studio.draft.set(name, value)
    this.#move(name)
  }

  /** From a widget, which knows its parameter by the schema alone. What the schema refuses changes nothing. */
  change(name: ParameterName, value: unknown): void {
    const read = parameters.shape[name].safeParse(value)
    if (read.success) this.set(name, read.data)
  }

  reset(name: ParameterName): void {
    this.studio.draft.reset(name)
    this.#move(name)
  }

  #move(name: ParameterName): void {
    const job = this.liveJob
    if (job === null || !isLiveName(name)) return
    const before = this.#moved?.jobId === job.id ? this.#moved.weights : {}
    const weights: LiveWeights = { [name]: this.values[name] }
    this.#moved = { jobId: job.id, weights: { ...before, ...weights } }
    this.#moves.push({ jobId: job.id, weights }, mergeMoves)
  }
}

function mergeMoves(waiting: LiveMove, move: LiveMove): LiveMove {
  return waiting.jobId === move.jobId
    ? { jobId: move.jobId, weights: { ...waiting.weights, ...move.weights } }
    : move
}

function isLiveName(name: ParameterName): name is keyof LiveWeights {
  return (liveNames as readonly string[]).includes(name)
}

export const [useParameters, provideParameters] = createContext<ParametersState>()
