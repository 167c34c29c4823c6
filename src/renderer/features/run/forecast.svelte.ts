import type { JobRequest } from '../../../shared/contract/studio.ts'
import { PasticheError } from '../../../shared/errors.ts'
import type { Forecast, JobsState } from '../../state/jobs.svelte.ts'

const restMs = 350

/** Forecast for the draft, requested once it has not changed for a moment. */
export class ForecastState {
  /** The last that came; of an older draft while a newer one is asked about. */
  answer = $state.raw<Forecast | null>(null)
  problem = $state.raw<PasticheError | null>(null)
  isAsking = $state(false)

  readonly #jobs: Pick<JobsState, 'forecast'>
  #timer: ReturnType<typeof setTimeout> | undefined
  #running: AbortController | null = null

  constructor(jobs: Pick<JobsState, 'forecast'>) {
    this.#jobs = jobs
  }

  /** @param request null where there is nothing to be forecast */
  ask(request: JobRequest | null): void {
    clearTimeout(this.#timer)
    this.#running?.abort()
    this.#running = null
    this.isAsking = request !== null
    if (request === null) {
      this.answer = null
      this.problem = null
    } else this.#timer = setTimeout(() => void this.#fetch(request), restMs)
  }

  async #fetch(request: JobRequest): Promise<void> {
    const running = new AbortController()
    this.#running = running
    try {
      const answer = await this.#jobs.forecast(request, running.signal)
      if (this.#running === running) this.#settle(answer, null)
    } catch (thrown) {
      if (this.#running === running) this.#settle(null, PasticheError.from(thrown))
    }
  }

  #settle(answer: Forecast | null, problem: PasticheError | null): void {
    this.answer = answer
    this.problem = problem
    this.isAsking = false
    this.#running = null
  }
}
