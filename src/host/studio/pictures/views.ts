import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { MediaRequest } from '../../../shared/contract/media.ts'
import { PasticheError } from '../../../shared/errors.ts'
import type { EngineHost } from '../../engine-host.ts'
import { byName } from '../file-names.ts'
import type { MediaFile } from '../studio-service.ts'
import type { Tickets } from '../tickets.ts'

const contentTypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.pastiche': 'application/json',
}

const forgottenAfterMs = 30 * 24 * 3_600_000

/** Views of pictures in the sizes that pages show: WebP, made once for each state of a file and kept in the cache. */
export class Views {
  readonly #folder: string
  readonly #tools: Pick<EngineHost, 'call'>
  readonly #tickets: Tickets
  /** By path of the view: who asks while it is made waits for it. */
  readonly #making = new Map<string, Promise<unknown>>()

  constructor(folder: string, tools: Pick<EngineHost, 'call'>, tickets: Tickets) {
    this.#folder = folder
    this.#tools = tools
    this.#tickets = tickets
  }

  /**
   * Everything a page may load: a view of any picture that it has a ticket for; the file itself where the ticket is open.
   *
   * @throws PasticheError `unknown-ticket`, `file-not-found`, and what the engine says of the picture
   */
  async media({ ticket, sidePx, edit, download }: MediaRequest): Promise<MediaFile> {
    const { path, name, isOpen } = this.#tickets.file(ticket)
    if (sidePx !== null) {
      const view = await this.#view(path, sidePx, edit).catch((thrown: unknown) => {
        throw byName(thrown, { path, name })
      })
      return { path: view, contentType: 'image/webp', downloadName: null }
    }
    if (!isOpen) throw new PasticheError('unknown-ticket', "This file can't be shown.")
    const contentType = contentTypes[extname(path).toLowerCase()] ?? 'application/octet-stream'
    return { path, contentType, downloadName: download ? name : null }
  }

  /** Removes what was made more than a month ago. Never throws. */
  async clean(): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name)
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }))
      if (Date.now() - mtimeMs > forgottenAfterMs) await rm(path, { force: true }).catch(() => undefined)
    }
  }

  async #view(path: string, maxSidePx: number, edit: MediaRequest['edit']): Promise<string> {
    const state = await stat(path).catch((cause: unknown) => {
      throw new PasticheError('file-not-found', `There is no picture at ${path}.`, { cause })
    })
    const key = JSON.stringify([path, state.mtimeMs, state.size, maxSidePx, edit])
    const view = join(this.#folder, `${createHash('sha256').update(key).digest('hex')}.webp`)
    if (existsSync(view)) return view
    const making =
      this.#making.get(view) ??
      this.#tools
        .call('renderPicture', { path, edit, maxSidePx, target: { path: view } })
        .finally(() => this.#making.delete(view))
    this.#making.set(view, making)
    await making
    return view
  }
}
