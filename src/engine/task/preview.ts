import type { JobSpec, Preview } from '../../shared/contract/job.ts'
import { PasticheError } from '../../shared/errors.ts'
import { encodePreview } from '../image/encode.ts'
import type { Planes } from '../tensor/planes.ts'
import { savePreview } from './preview-files.ts'

/** Previews that are sent, not saved, are small and few, so that showing them costs the run nothing. */
const sentMaxSidePx = 768
const sentMaxBytes = 200_000
const sentEveryMs = 250

interface PreviewListeners {
  preview(preview: Omit<Preview, 'jobId'>): void
  notice(message: string): void
}

/** Makes the previews that a job asks for: numbered files in a folder, or small pictures as events. */
export class PreviewWriter {
  readonly #wanted: JobSpec['preview']
  readonly #listeners: PreviewListeners
  #pending: Promise<void> = Promise.resolve()
  #busy = false
  #failed = false
  #lastSentMs = -Infinity
  #watchEveryMs: number | null = null
  #lastStep = 0

  constructor(wanted: JobSpec['preview'], listeners: PreviewListeners) {
    this.#wanted = wanted
    this.#listeners = listeners
  }

  /** While someone watches, small pictures are sent in this rhythm, the first at once; null: nobody does. */
  watch(everyMs: number | null, canvas: () => Planes): void {
    this.#watchEveryMs = everyMs
    if (everyMs !== null) this.#sendUnlessBusy(this.#lastStep, canvas)
  }

  /** Called after each step; `canvas` is only called when a preview is due. */
  offer(totalStep: number, canvas: () => Planes): void {
    this.#lastStep = totalStep
    const wanted = this.#wanted !== null && totalStep % this.#wanted.everySteps === 0
    if (wanted && this.#wanted.folder !== null && !this.#failed) {
      const [planes, folder] = [canvas(), this.#wanted.folder]
      this.#pending = this.#pending.then(() => this.#guarded(() => this.#saveFile(totalStep, planes, folder)))
    }
    const everyMs = this.#watchEveryMs ?? (wanted && this.#wanted.folder === null ? sentEveryMs : null)
    if (everyMs !== null && performance.now() - this.#lastSentMs >= everyMs)
      this.#sendUnlessBusy(totalStep, canvas)
  }

  /** Resolves when everything that was begun is written or sent. */
  settled(): Promise<void> {
    return this.#pending
  }

  #sendUnlessBusy(totalStep: number, canvas: () => Planes): void {
    if (this.#busy || this.#failed) return
    this.#lastSentMs = performance.now()
    const planes = canvas()
    this.#pending = this.#pending.then(() => this.#guarded(() => this.#send(totalStep, planes)))
  }

  async #saveFile(totalStep: number, planes: Planes, folder: string): Promise<void> {
    const path = await savePreview(folder, totalStep, planes)
    const { widthPx, heightPx } = planes
    this.#listeners.preview({ totalStep, widthPx, heightPx, path, webpBase64: null })
  }

  async #send(totalStep: number, { rgb, widthPx, heightPx }: Planes): Promise<void> {
    const webp = await encodePreview(rgb, widthPx, heightPx, {
      maxSidePx: sentMaxSidePx,
      maxBytes: sentMaxBytes,
    })
    const webpBase64 = Buffer.from(webp).toString('base64')
    this.#listeners.preview({ totalStep, widthPx, heightPx, path: null, webpBase64 })
  }

  /** A preview that cannot be made is told once and does not end the run. */
  async #guarded(make: () => Promise<void>): Promise<void> {
    if (this.#failed) return
    this.#busy = true
    try {
      await make()
    } catch (thrown) {
      this.#failed = true
      this.#listeners.notice(`No more previews: ${PasticheError.from(thrown).message}`)
    } finally {
      this.#busy = false
    }
  }
}
