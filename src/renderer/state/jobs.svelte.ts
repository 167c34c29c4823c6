import { liveWeights, type LiveWeights } from '../../shared/methods/optimise.ts'
import type { PersonsCommand } from '../../shared/contract/job.ts'
import type { EventData, Output } from '../../shared/contract/define.ts'
import type {
  JobProgress,
  JobRequest,
  LossSample,
  StudioContract,
  StudioJob,
} from '../../shared/contract/studio.ts'
import type { Connection } from './connection.svelte.ts'
import { jobNews } from './job-news.ts'
import { PictureUrl } from './picture-url.svelte.ts'

export type Forecast = Output<StudioContract, 'forecast'>

export function isAtWork({ status }: StudioJob): boolean {
  return status.state === 'running' || status.state === 'paused'
}

export function isEnded({ status }: StudioJob): boolean {
  return !['queued', 'running', 'paused'].includes(status.state)
}

const mostSamples = 2000

/** The queue, and the selected job. */
export class JobsState {
  all = $state.raw<readonly StudioJob[]>([])
  selectedId = $state<string | null>(null)
  /** Loss samples of the selected job. */
  progress = $state.raw<JobProgress | null>(null)
  samples = $state.raw<readonly LossSample[]>([])
  readonly preview = new PictureUrl()

  readonly selected = $derived(this.all.find(({ id }) => id === this.selectedId) ?? null)
  readonly atWork = $derived(this.all.find(isAtWork) ?? null)
  readonly queued = $derived(this.all.filter(({ status }) => status.state === 'queued'))
  readonly ended = $derived(this.all.filter(isEnded))

  /** Announcement of the last change for screen readers. */
  news = $state('')

  /** Progress of the running job, whichever is selected. */
  readonly atWorkProgress = $derived.by(() => {
    const { atWork } = this
    if (atWork === null || !('progress' in atWork.status)) return null
    return this.#heard?.jobId === atWork.id ? this.#heard.progress : atWork.status.progress
  })

  #heard = $state.raw<{ readonly jobId: string; readonly progress: JobProgress } | null>(null)
  #isLoaded = false
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
    connection.on('jobs', (jobs) => this.#take(jobs))
    connection.on('progress', (data) => this.#hear(data))
    connection.on('preview', ({ jobId, webpBase64 }) => {
      if (jobId === this.selectedId) this.preview.show(webpBase64)
    })
  }

  /** After each opening of the line: who looks at a job, or finds one at work, looks at it again. */
  load(jobs: readonly StudioJob[]): void {
    // At first also selects an interrupted job, so that it can be resumed.
    const brokenOff = this.#isLoaded ? undefined : jobs.find(({ canGoOn }) => canGoOn)
    if (this.#isLoaded) this.#tell(jobs)
    this.#isLoaded = true
    this.all = jobs
    const known = jobs.some(({ id }) => id === this.selectedId)
    void this.select(known ? this.selectedId : ((jobs.find(isAtWork) ?? brokenOff)?.id ?? null))
  }

  async select(jobId: string | null): Promise<void> {
    if (jobId !== this.selectedId) this.preview.clear()
    this.selectedId = jobId
    this.progress = null
    this.samples = []
    await this.#connection.call('watch', { jobId: document.hidden ? null : jobId })
    if (jobId === null) return
    const { job, samples } = await this.#connection.call('job', { jobId })
    if (this.selectedId !== jobId) return
    this.samples = samples
    if (job.status.state === 'running' || job.status.state === 'paused') this.progress = job.status.progress
  }

  /** Previews are made only while someone looks. */
  async setLooking(looking: boolean): Promise<void> {
    await this.#connection.call('watch', { jobId: looking ? this.selectedId : null })
  }

  async start(request: JobRequest): Promise<StudioJob> {
    const job = await this.#connection.call('start', request)
    if (this.atWork === null || this.atWork.id === job.id) await this.select(job.id)
    return job
  }

  /** Forecast of a job before it is started. */
  forecast(request: JobRequest, signal: AbortSignal): Promise<Forecast> {
    return this.#connection.call('forecast', request, { signal })
  }

  control(jobId: string, command: PersonsCommand): Promise<null> {
    return this.#connection.call('control', { jobId, command })
  }

  move(jobId: string, place: number): Promise<null> {
    return this.#connection.call('moveJob', { jobId, place })
  }

  dismiss(jobId: string): Promise<null> {
    return this.#connection.call('dismiss', { jobId })
  }

  /** From where it was saved. */
  async goOn(jobId: string): Promise<void> {
    const job = await this.#connection.call('goOn', { jobId })
    await this.select(job.id)
  }

  async restart(jobId: string): Promise<void> {
    const job = await this.#connection.call('restart', { jobId })
    await this.select(job.id)
  }

  #take(jobs: readonly StudioJob[]): void {
    const before = this.all
    this.#tell(jobs)
    this.all = jobs
    // When the selected job has ended, selects the next that starts.
    const begun = jobs.find(
      (job) => isAtWork(job) && !before.some(({ id, status }) => id === job.id && status.state !== 'queued'),
    )
    if (
      begun !== undefined &&
      begun.id !== this.selectedId &&
      (this.selected === null || isEnded(this.selected))
    )
      void this.select(begun.id)
  }

  #tell(jobs: readonly StudioJob[]): void {
    const news = jobNews(this.all, jobs)
    if (news.length > 0) this.news = news.join(' ')
  }

  #hear({ jobId, progress, samples }: EventData<StudioContract, 'progress'>): void {
    this.#heard = { jobId, progress }
    if (jobId !== this.selectedId) return
    this.progress = progress
    const all = [...this.samples, ...samples]
    // Every other one tells as much, on a chart a few hundred pixels wide.
    this.samples = all.length > mostSamples ? all.filter((_, i) => i % 2 === 0 || i === all.length - 1) : all
  }
}

export const liveNames = Object.keys(liveWeights.shape) as (keyof LiveWeights)[]
