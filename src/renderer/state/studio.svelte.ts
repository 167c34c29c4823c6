import { createContext } from 'svelte'
import type { UploadPurpose } from '../../shared/contract/media.ts'
import { mediaPath } from '../../shared/contract/media.ts'
import type { Output } from '../../shared/contract/define.ts'
import type {
  Exported,
  Picture,
  ShellFacts,
  StudioContract,
  StudioJob,
} from '../../shared/contract/studio.ts'
import { chooseFiles } from '../shell/choose-files.ts'
import { copyPicture } from '../shell/copy-picture.ts'
import type { Shell } from '../shell/shell.ts'
import { CanvasState } from './canvas.svelte.ts'
import { Connection } from './connection.svelte.ts'
import { DraftState } from './draft.svelte.ts'
import { isEnded, JobsState } from './jobs.svelte.ts'
import { LibraryState } from './library.svelte.ts'
import { ResultsState } from './results.svelte.ts'
import { Toasts } from './toasts.svelte.ts'
import { View, type PictureTarget } from './view.svelte.ts'

const draftRestMs = 400
const presetName = /\.(pastiche|json)$/i

/** Result of `attempt` if the work failed and the user was told. */
export const failed = Symbol('failed')

/** The page's whole state. Components show it and call it; none of them talks to the host. */
export class StudioState {
  readonly toasts = new Toasts()
  readonly view = new View()
  readonly connection: Connection
  readonly jobs: JobsState
  readonly results: ResultsState
  readonly library: LibraryState
  readonly draft: DraftState
  readonly canvas: CanvasState
  /** `null` until the host has answered for the first time. */
  about = $state.raw<Pick<
    Output<StudioContract, 'open'>,
    'appVersion' | 'folders' | 'offlineByEnvironment'
  > | null>(null)
  shell = $state.raw<ShellFacts>({ kind: 'browser', platform: '', hasDialogs: false })

  readonly #shell: Shell
  #draftTimer: ReturnType<typeof setTimeout> | undefined

  constructor(shell: Shell) {
    this.#shell = shell
    this.connection = new Connection(shell, (opened) => this.#load(opened))
    this.jobs = new JobsState(this.connection)
    this.results = new ResultsState(this.connection)
    this.library = new LibraryState(this.connection)
    this.draft = new DraftState(
      () => this.library.presets,
      () => this.#saveSoon(),
    )
    this.canvas = new CanvasState(this.draft, this.jobs, this.results)
    this.connection.on('notice', (notice) => this.toasts.notice(notice))
    this.connection.on('jobs', (jobs) => this.#showEnded(jobs))
    this.connection.on('opened', (files) => void this.#takeOpened(files))
  }

  /** Does something that may fail; the user is told why it did. */
  async attempt<T>(work: () => Promise<T>): Promise<T | typeof failed> {
    try {
      return await work()
    } catch (thrown) {
      this.toasts.error(thrown)
      return failed
    }
  }

  /** The pictures among files that were dropped, pasted or picked. */
  readPictures(files: Iterable<File>): Promise<Picture[]> {
    return this.#inspect([...files].map((file) => this.ticketFor(file, 'picture')))
  }

  ticketFor(file: File, purpose: UploadPurpose): Promise<string> {
    return this.#shell.ticketFor(file, purpose)
  }

  /** Files that the host exported: a browser still has to fetch it. */
  receive(exported: Exported): void {
    if (exported.kind === 'saved') this.toasts.show('info', `Saved as ${exported.name}.`)
    if (exported.kind !== 'download') return
    const link = document.createElement('a')
    link.href = mediaPath({ ticket: exported.ticket, download: true })
    link.download = exported.name
    link.click()
  }

  /** Queues the draft. */
  async start(): Promise<void> {
    const { request } = this.draft
    if (request === null) {
      this.toasts.show('warning', this.draft.obstacle ?? 'Add a photo to begin.')
      return
    }
    const wasAtWork = this.jobs.atWork !== null
    const job = await this.attempt(() => this.jobs.start(request))
    if (job !== failed && wasAtWork) this.toasts.show('info', `Added to queue: "${job.name}".`)
  }

  async togglePause(): Promise<void> {
    const { atWork } = this.jobs
    if (atWork === null) return
    const kind = atWork.status.state === 'paused' ? 'resume' : 'pause'
    await this.attempt(() => this.jobs.control(atWork.id, { kind }))
  }

  /** Shows a job on the canvas, with its result if it has one; null: the current photo. */
  async look(job: StudioJob | null): Promise<void> {
    this.results.selectedId = job !== null && 'resultId' in job.status ? job.status.resultId : null
    if ((job?.id ?? null) !== this.jobs.selectedId)
      await this.attempt(() => this.jobs.select(job?.id ?? null))
  }

  /** Ends the job at work; what is painted is kept. */
  async stop(): Promise<void> {
    const { atWork } = this.jobs
    if (atWork !== null) await this.attempt(() => this.jobs.control(atWork.id, { kind: 'stop' }))
  }

  /** Asks for pictures: by the system's dialog, or by the browser's. */
  async ask(target: PictureTarget): Promise<void> {
    const multiple = target !== 'start'
    const pictures = this.shell.hasDialogs
      ? await this.#pickPictures(multiple)
      : await this.readPictures(await chooseFiles('picture', multiple))
    this.take(target, pictures)
  }

  /** Files that were dropped or pasted. */
  async drop(target: PictureTarget, files: Iterable<File>): Promise<void> {
    this.take(target, await this.readPictures(files))
  }

  /** Whatever was dropped on the window or pasted into it: presets are kept, the rest should be pictures. */
  async receiveFiles(files: readonly File[], target: PictureTarget): Promise<void> {
    const presets = files.filter(({ name }) => presetName.test(name))
    for (const file of presets) await this.#keepPreset(() => this.ticketFor(file, 'preset'))
    await this.drop(
      target,
      files.filter((file) => !presets.includes(file)),
    )
  }

  /** Adds pictures to the draft. If there are several photos, the first is shown and all can be queued. */
  take(target: PictureTarget, pictures: readonly Picture[]): void {
    const [first] = pictures
    if (first === undefined) return
    if (target === 'style') for (const picture of pictures) this.draft.addStyle(picture)
    else if (target === 'start') this.draft.setInitPicture(first)
    else this.#setPhoto(first)
    if (target === 'content' && pictures.length > 1) {
      const run = (): void => void this.#startAll(pictures)
      const action = { label: `Queue all ${pictures.length}`, run }
      this.toasts.show('info', `${pictures.length} photos added; showing "${first.name}".`, { action })
    }
  }

  /** A new photo is shown at once, unless one watches a painting that is still being made. */
  #setPhoto(photo: Picture): void {
    this.draft.setContent(photo)
    const { selected } = this.jobs
    if (selected !== null && !isEnded(selected)) return
    void this.look(null)
  }

  /** Asks how the selected result is to be saved. */
  saveSelected(): void {
    const { selectedId } = this.results
    if (selectedId !== null) this.view.open({ kind: 'save-result', resultId: selectedId })
  }

  /** Puts the selected result on the clipboard, in the desktop app or the browser. */
  async copy(): Promise<void> {
    const { selected } = this.results
    if (selected === null) return
    const done = await this.attempt(() =>
      this.shell.hasDialogs
        ? this.results.copy(selected.id)
        : copyPicture(mediaPath({ ticket: selected.picture })),
    )
    if (done !== failed) this.toasts.show('info', 'Copied.')
  }

  /** Loads a result's pictures and parameters, to paint with them again. */
  async reuse(resultId: string): Promise<void> {
    const found = await this.attempt(() => this.results.reuse(resultId))
    if (found === failed) return
    this.draft.load(found.draft)
    this.view.page = 'studio'
    for (const message of found.warnings) this.toasts.show('warning', message)
    this.#saveSoon()
  }

  async remove(resultIds: string[]): Promise<void> {
    if ((await this.attempt(() => this.results.remove(resultIds))) === failed) return
    const what = resultIds.length === 1 ? '1 painting' : `${resultIds.length} paintings`
    const undo = (): void => void this.attempt(() => this.results.restore(resultIds))
    this.toasts.show('info', `Deleted ${what}.`, { action: { label: 'Undo', run: undo } })
  }

  #load(opened: Output<StudioContract, 'open'>): void {
    const isFirst = this.about === null
    this.about = opened
    this.shell = opened.shell
    this.library.settings = opened.settings
    this.library.presets = opened.presets
    this.library.models = opened.models
    this.library.samples = opened.samples
    this.jobs.load(opened.jobs)
    // The draft in this page is newer than the saved one, but its tickets may have expired.
    if (isFirst || opened.draft.content?.ticket !== this.draft.content?.ticket) this.draft.load(opened.draft)
    for (const notice of opened.notices) this.toasts.notice(notice)
    void this.attempt(() => this.results.load())
  }

  /** Files that the system opened with the app. The first picture is a photo where there is none yet. */
  async #takeOpened(files: readonly { ticket: string; name: string }[]): Promise<void> {
    const presets = files.filter(({ name }) => presetName.test(name))
    for (const { ticket } of presets) await this.#keepPreset(() => Promise.resolve(ticket))
    const others = files.filter((file) => !presets.includes(file))
    const pictures = await this.#inspect(others.map(({ ticket }) => Promise.resolve(ticket)))
    this.take(this.draft.content === null ? 'content' : 'style', pictures)
  }

  async #keepPreset(ticket: () => Promise<string>): Promise<void> {
    const preset = await this.attempt(async () => this.library.importPreset(await ticket()))
    if (preset !== failed) this.toasts.show('info', `Added the preset "${preset.name}".`)
  }

  /** By the system's dialog. */
  async #pickPictures(multiple: boolean): Promise<Picture[]> {
    const picked = await this.attempt(() => this.connection.call('pick', { what: 'picture', multiple }))
    return this.#inspect((picked === failed ? [] : picked).map(({ ticket }) => Promise.resolve(ticket)))
  }

  /** The pictures among what came; of each other one the user is told why not. */
  async #inspect(tickets: readonly Promise<string>[]): Promise<Picture[]> {
    const read = await Promise.all(
      tickets.map((coming) =>
        this.attempt(async () => this.connection.call('inspect', { ticket: await coming })),
      ),
    )
    return read.filter((picture) => picture !== failed)
  }

  async #startAll(photos: readonly Picture[]): Promise<void> {
    const { request } = this.draft
    if (request === null) {
      this.toasts.show('warning', this.draft.obstacle ?? '')
      return
    }
    for (const { ticket } of photos)
      await this.attempt(() => this.jobs.start({ ...request, content: ticket }))
  }

  /** Shows the result of the selected job when it is done. */
  #showEnded(jobs: readonly StudioJob[]): void {
    const job = jobs.find(({ id }) => id === this.jobs.selectedId)
    if (job === undefined || !isEnded(job) || !('resultId' in job.status)) return
    if (job.status.resultId !== null) this.results.selectedId = job.status.resultId
  }

  #saveSoon(): void {
    clearTimeout(this.#draftTimer)
    this.#draftTimer = setTimeout(() => this.saveNow(), draftRestMs)
  }

  /** Saves pending changes of the draft at once, before the page closes. */
  saveNow(): void {
    if (this.#draftTimer === undefined) return
    clearTimeout(this.#draftTimer)
    this.#draftTimer = undefined
    // The banner reports a lost connection, if that is the reason.
    void this.connection.call('saveDraft', this.draft.draft).catch(() => undefined)
  }
}

export const [useStudio, provideStudio] = createContext<StudioState>()
