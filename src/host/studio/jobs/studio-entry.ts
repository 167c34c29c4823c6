import type { Progress } from '../../../shared/contract/job.ts'
import type { JobProgress, JobStatus, LossSample, StudioJob } from '../../../shared/contract/studio.ts'
import type { Tickets } from '../tickets.ts'
import { nameOf, type JobOrder } from './job-order.ts'
import { nextStatus, type JobEvent } from './job-status.ts'
import { LossHistory } from './loss-history.ts'
import type { Painting } from './painting.ts'
import type { SavedJob } from './queue-file.ts'

/** A job of the queue, from the wish to the result. */
export class StudioEntry {
  readonly id: string
  readonly name: string
  /** With the sliders as they stand. */
  order: JobOrder
  status: JobStatus
  plan: StudioJob['plan'] = null
  readonly notices: string[] = []
  readonly history = new LossHistory()
  /** True if it continues from where it was saved. */
  isToGoOn = false
  /** While it is at work. */
  painting: Painting | null = null
  /** The result into which it is being painted. */
  resultId: string | null = null
  /** Losses that pages have not heard yet. */
  #unheard: LossSample[] = []

  constructor(id: string, order: JobOrder, status: JobStatus = { state: 'queued' }) {
    this.id = id
    this.name = nameOf(order)
    this.order = order
    this.status = status
  }

  tell(event: JobEvent): void {
    this.status = nextStatus(this.status, event)
  }

  take({ jobId: _, ...progress }: Progress): void {
    const { total, content, style, variation } = progress.detail.loss
    const sample = { totalStep: progress.detail.totalStep, total, content, style, variation }
    this.history.add(sample)
    this.#unheard.push(sample)
    this.tell({ type: 'progress', progress })
  }

  /** News that pages have not heard yet; null where there is none. */
  news(): { jobId: string; progress: JobProgress; samples: LossSample[] } | null {
    const samples = this.#unheard
    this.#unheard = []
    const progress = 'progress' in this.status ? this.status.progress : null
    return progress === null || samples.length === 0 ? null : { jobId: this.id, progress, samples }
  }

  toStudioJob(tickets: Tickets): Omit<StudioJob, 'canGoOn'> {
    const { content, styles, parameters, preset } = this.order
    return {
      id: this.id,
      name: this.name,
      status: this.status,
      plan: this.plan,
      content: tickets.give(content),
      styles: styles.map(({ path, name }) => tickets.give({ path, name })),
      preset: preset?.name ?? null,
      parameters,
      notices: [...this.notices],
    }
  }

  /** Returns null for anything that need not be remembered: done and stopped jobs are in the gallery. */
  toSaved(): SavedJob | null {
    const { id, order, status, resultId } = this
    switch (status.state) {
      case 'queued':
        return { id, order, status: { ...status, isToGoOn: this.isToGoOn } }
      case 'running':
      case 'paused':
        return { id, order, status: { state: 'atWork', resultId } }
      case 'failed':
        return { id, order, status }
      case 'done':
      case 'stopped':
        return null
    }
  }
}
