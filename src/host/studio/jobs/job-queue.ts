import { randomUUID } from 'node:crypto'
import type { PersonsCommand } from '../../../shared/contract/job.ts'
import type { EventData } from '../../../shared/contract/define.ts'
import type { LossSample, StudioContract, StudioJob, StudioNotice } from '../../../shared/contract/studio.ts'
import { PasticheError } from '../../../shared/errors.ts'
import { Listeners } from '../../../shared/rpc/listeners.ts'
import type { Off } from '../../../shared/rpc/transport.ts'
import type { EngineHost } from '../../engine-host.ts'
import type { Calibrations } from '../../forecast/calibrations.ts'
import { estimateMs } from '../../forecast/time-model.ts'
import type { Gallery } from '../gallery/gallery.ts'
import type { Tickets } from '../tickets.ts'
import type { Checkpoints } from './checkpoints.ts'
import { filesOf, type JobOrder } from './job-order.ts'
import { assertMay, isAtWork, isEnded, type JobWish } from './job-status.ts'
import { Painting, type PaintingEnd } from './painting.ts'
import { PreviewRelay, type JobPreview } from './preview-relay.ts'
import type { QueueFile } from './queue-file.ts'
import { restoredEntries } from './restored-entries.ts'
import { StudioEntry } from './studio-entry.ts'
import { Throttle } from './throttle.ts'

export type ProgressNews = EventData<StudioContract, 'progress'>

export interface JobQueueOptions {
  readonly painter: EngineHost
  readonly gallery: Gallery
  readonly tickets: Tickets
  readonly file: QueueFile
  readonly calibrations: Calibrations
  /** The folder that jobs are saved to on the way. */
  readonly checkpoints: Checkpoints
  /** Folders that keep a picture where the gallery cannot. */
  readonly fallbackFolders: readonly string[]
  /** For the next job that begins; 0: as many as there are cores. */
  readonly threads: () => number
  readonly onNotice: (notice: StudioNotice) => void
}

const mostWaiting = 500
const mostEnded = 50
const progressEveryMs = 100
const previewEveryMs = 250

/** The jobs of the studio: one at work, those that wait in their order, those that have ended, newest first. */
export class JobQueue {
  readonly #options: JobQueueOptions
  readonly #listeners = new Listeners<void>()
  readonly #progress = new Listeners<ProgressNews>()
  readonly #relay = new PreviewRelay()
  readonly #heard = new Throttle(progressEveryMs, () => this.#tellProgress())
  #atWork: StudioEntry | null = null
  #waiting: StudioEntry[] = []
  #ended: StudioEntry[] = []
  /** After a job that could not even begin, the others wait for a person: they would fail as it did. */
  #isHeld = false
  #isClosed = false

  constructor(options: JobQueueOptions) {
    this.#options = options
  }

  /** Takes up the queue of the last time, once the gallery is open. Never throws. */
  async open(): Promise<StudioNotice[]> {
    const { file, gallery, checkpoints } = this.#options
    const { value, problems } = await file.open()
    const jobs = value?.jobs ?? []
    await checkpoints.prepare()
    // Jobs that could not be read may come back: with a newer Pastiche, or by a person's hand.
    checkpoints.keepOnly(problems.length === 0 ? jobs.map(({ id }) => id) : null)
    const { waiting, failed } = restoredEntries(jobs, (id) => gallery.has(id))
    this.#waiting = waiting
    this.#ended = failed
    this.#go()
    return problems.map((message) => ({ level: 'warning', message, hint: null }))
  }

  /** At work, waiting, ended. */
  get jobs(): StudioJob[] {
    return this.#all.map((entry) => this.#show(entry))
  }

  /** True if no job is at work, so that a measurement now is of the machine alone. */
  get isAtRest(): boolean {
    return this.#atWork === null
  }

  /** Paths of the pictures of all jobs. */
  mentions(): string[] {
    return this.#all.flatMap(({ order }) => filesOf(order).map(({ path }) => path))
  }

  /** Called after each change of the list. */
  onChange(listener: () => void): Off {
    return this.#listeners.add(listener)
  }

  /** At most ten times a second. */
  onProgress(listener: (news: ProgressNews) => void): Off {
    return this.#progress.add(listener)
  }

  /** @throws PasticheError `too-many-jobs` */
  start(order: JobOrder, plan: StudioJob['plan'] = null): StudioJob {
    if (this.#waiting.length >= mostWaiting)
      throw new PasticheError('too-many-jobs', `The queue is full (${mostWaiting} jobs).`)
    const entry = new StudioEntry(randomUUID(), order)
    entry.plan = plan
    this.#waiting.push(entry)
    this.#isHeld = false
    this.#go()
    this.#changed()
    return this.#show(entry)
  }

  /** Resolves once the list is on the disk as it is now, or could not be written, which is told. */
  saved(): Promise<void> {
    return this.#options.file.settled()
  }

  /** @throws PasticheError `unknown-job`, here and below */
  job(id: string): { job: StudioJob; samples: LossSample[] } {
    const entry = this.#find(id)
    return { job: this.#show(entry), samples: entry.history.samples }
  }

  /** A waiting job takes new parameters, or just goes; one at work ends after the step in hand. */
  async control(id: string, command: PersonsCommand): Promise<void> {
    const entry = this.#findFor(command.kind, id)
    const { painting } = entry
    switch (command.kind) {
      case 'pause':
      case 'resume':
        entry.tell({ type: command.kind })
        this.#changed()
        return painting?.control(command)
      case 'stop':
        if (painting !== null) return painting.control(command)
        this.#waiting = this.#waiting.filter((other) => other !== entry)
        {
          this.#changed()
          return
        }
      case 'steer':
        // First the engine: what it refuses does not count.
        await painting?.control(command)
        entry.order = {
          ...entry.order,
          parameters: { ...entry.order.parameters, ...command.steering.parameters },
        }
        {
          this.#changed()
          return
        }
    }
  }

  move(id: string, place: number): void {
    const entry = this.#findFor('move', id)
    const others = this.#waiting.filter((other) => other !== entry)
    this.#waiting = [...others.slice(0, place), entry, ...others.slice(place)]
    this.#changed()
  }

  restart(id: string): StudioJob {
    const { order } = this.#findFor('restart', id)
    // First the new one: where the queue is full, the old one stays.
    const job = this.start(order)
    this.dismiss(id)
    return job
  }

  /** Lets a job that failed go on from where it was saved, as the next. */
  goOn(id: string): StudioJob {
    const ended = this.#findFor('restart', id)
    const { order, plan } = ended
    if (!this.#canGoOn(ended))
      throw new PasticheError('state-damaged', 'This job has no saved progress to resume from.')
    const entry = new StudioEntry(id, order)
    entry.plan = plan
    entry.isToGoOn = true
    this.#ended = this.#ended.filter((other) => other.id !== id)
    this.#waiting.unshift(entry)
    this.#isHeld = false
    this.#go()
    this.#changed()
    return this.#show(entry)
  }

  dismiss(id: string): void {
    const entry = this.#findFor('dismiss', id)
    this.#options.checkpoints.remove(id)
    this.#ended = this.#ended.filter((other) => other !== entry)
    this.#changed()
  }

  /** @param page whatever object stands for it; it watches this job alone, or none */
  watch(page: object, jobId: string | null, send: (preview: JobPreview) => void): void {
    if (jobId === null) this.#relay.unwatch(page)
    else this.#relay.watch(page, this.#find(jobId).id, send)
    this.#look()
  }

  /** Ends the job at work where the engine can put its picture, and begins no other: the library is another's now. */
  abandon(): void {
    this.#isHeld = true
    void this.#atWork?.painting?.control({ kind: 'stop' }).catch(() => undefined)
  }

  /** Saves the list and lets the next job begin, once the library can be written to again. */
  async takeUp(): Promise<void> {
    await this.#options.checkpoints.prepare()
    this.#isHeld = false
    this.#go()
    this.#changed()
  }

  /**
   * Ends the job at work, saved to go on the next time. Never rejects.
   *
   * @param canSave whether there is a library to save it in; else its picture is kept elsewhere
   */
  async close(canSave = true): Promise<void> {
    this.#isClosed = true
    const painting = this.#atWork?.painting
    await painting?.control({ kind: canSave ? 'suspend' : 'stop' }).catch(() => undefined)
    await painting?.ended
    this.#heard.flush()
    await this.#options.file.settled()
  }

  #show(entry: StudioEntry): StudioJob {
    return { ...entry.toStudioJob(this.#options.tickets), canGoOn: this.#canGoOn(entry) }
  }

  /** One that was lost may have been saved too late to be seen, by an engine that outlived Pastiche; or it starts over. */
  #canGoOn({ id, status }: StudioEntry): boolean {
    const isLost = status.state === 'failed' && status.error.code === 'engine-lost'
    return isEnded(status) && (isLost || this.#options.checkpoints.has(id))
  }

  get #all(): StudioEntry[] {
    return [...(this.#atWork === null ? [] : [this.#atWork]), ...this.#waiting, ...this.#ended]
  }

  #find(id: string): StudioEntry {
    const entry = this.#all.find((candidate) => candidate.id === id)
    if (entry === undefined) throw new PasticheError('unknown-job', `There is no job "${id}".`)
    return entry
  }

  #findFor(wish: JobWish, id: string): StudioEntry {
    const entry = this.#find(id)
    assertMay(wish, entry)
    return entry
  }

  /** Begins the next job, if there is one and none is at work. */
  #go(): void {
    if (this.#atWork !== null || this.#isHeld || this.#isClosed) return
    const entry = this.#waiting.shift()
    if (entry === undefined) return
    this.#atWork = entry
    entry.tell({ type: 'begin' })
    entry.painting = this.#paint(entry)
    void entry.painting.ended.then((end) => this.#end(entry, end))
    this.#look()
  }

  #paint(entry: StudioEntry): Painting {
    const { painter, gallery, threads, checkpoints, fallbackFolders, onNotice } = this.#options
    return new Painting({
      ...{ painter, gallery, onNotice },
      name: entry.name,
      order: entry.order,
      threads: threads(),
      checkpoint: { path: checkpoints.pathOf(entry.id), isToGoOn: entry.isToGoOn },
      fallbackFolders,
      onBegin: (resultId) => {
        entry.resultId = resultId
        this.#changed()
      },
      onStart: ({ plan, device }) => {
        entry.plan = plan
        entry.tell({ type: 'device', device })
        this.#changed()
      },
      onProgress: (progress) => {
        entry.take(progress)
        this.#heard.ask()
      },
      onPreview: (preview) => this.#relay.take({ jobId: entry.id, ...preview }),
      onRemark: (message) => {
        if (!entry.notices.includes(message)) entry.notices.push(message)
        this.#changed()
      },
    })
  }

  #end(entry: StudioEntry, { status, isBlocked }: PaintingEnd): void {
    this.#heard.flush()
    if (status?.state === 'done') this.#learn(entry)
    entry.painting = null
    // Suspended, as Pastiche closes: it is saved as a job at work.
    if (status === null) return
    entry.tell({ type: 'end', status })
    this.#relay.forget()
    this.#atWork = null
    const ended = [entry, ...this.#ended]
    this.#ended = ended.slice(0, mostEnded)
    for (const { id } of ended.slice(mostEnded)) this.#options.checkpoints.remove(id)
    this.#isHeld = isBlocked
    this.#go()
    this.#changed()
  }

  /** Corrects the next forecast by the time of a job that nothing disturbed. */
  #learn({ status, plan, order: { parameters, styles }, isToGoOn, notices }: StudioEntry): void {
    if (!isAtWork(status) || status.progress === null || status.device === null || plan === null) return
    if (isToGoOn || notices.length > 0) return
    const { calibrations, threads } = this.#options
    const key = { device: status.device.id, threads: threads(), parameters }
    const known = calibrations.known(key)
    if (known !== null)
      calibrations.learn(
        key,
        known.correction * estimateMs(plan, known.calibration, parameters, styles.length),
        status.progress.elapsedMs,
      )
  }

  /** Previews are made while someone looks, and only then. */
  #look(): void {
    const entry = this.#atWork
    if (entry?.painting === null || entry === null) return
    const everyMs = this.#relay.isWatched(entry.id) ? previewEveryMs : null
    // A job that ends meanwhile needs no previews.
    void entry.painting.control({ kind: 'watch', everyMs }).catch(() => undefined)
  }

  #tellProgress(): void {
    const news = this.#atWork?.news()
    if (news) this.#progress.fire(news)
  }

  #changed(): void {
    const saved = this.#all.map((entry) => entry.toSaved()).filter((job) => job !== null)
    this.#options.file.save({ jobs: saved })
    this.#listeners.fire()
  }
}
