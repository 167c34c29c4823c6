import { existsSync } from 'node:fs'
import { z } from 'zod'
import { deviceId, pictureEdit } from '../../../shared/contract/engine.ts'
import { partialParameters } from '../../../shared/contract/parameters.ts'
import { presetId } from '../../../shared/contract/preset.ts'
import { draft, type Draft, type OpenDraft, type StudioNotice } from '../../../shared/contract/studio.ts'
import { upgradeDocument } from '../../../shared/first-edition.ts'
import { parsePlainJson } from '../../../shared/plain-json.ts'
import { fileProblem } from '../../file-problem.ts'
import { readPlainText } from '../../files/plain-file.ts'
import { writePrivateFile } from '../../files/private-files.ts'
import { setAside } from '../../files/set-aside.ts'
import type { NamedFile } from '../gallery/source-copies.ts'
import type { Tickets } from '../tickets.ts'
import { knownPicture, toPicture, type KnownPicture } from './known-picture.ts'

const savedDraft = z.object({
  content: knownPicture.nullable(),
  styles: z.array(z.object({ picture: knownPicture, weight: z.number(), edit: pictureEdit })).max(16),
  initPicture: knownPicture.nullable(),
  preset: presetId.nullable(),
  own: partialParameters,
  device: deviceId,
})
type SavedDraft = z.infer<typeof savedDraft>

const mostRecent = 24
const savedTable = z.object({
  schema: z.literal(1),
  draft: savedDraft,
  recent: z.array(knownPicture).max(mostRecent),
})

/** What is on the table, and what was lately: `table.json`, so that it is still there when Pastiche starts again. */
export class Table {
  readonly #path: string
  readonly #tickets: Tickets
  readonly #onProblem: (problem: Error) => void
  readonly #assertOurs: () => Promise<void>
  #draft: SavedDraft
  #recent: KnownPicture[] = []
  #writing: Promise<void> = Promise.resolve()
  #isDue = false

  /**
   * @param first what is on the table at the very first start
   * @param assertOurs rejects where nothing may be written: the library is gone, or another's
   */
  constructor(
    path: string,
    tickets: Tickets,
    first: Draft,
    onProblem: (problem: Error) => void,
    assertOurs: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.#path = path
    this.#tickets = tickets
    this.#onProblem = onProblem
    this.#assertOurs = assertOurs
    this.#draft = { ...first, content: null, styles: [], initPicture: null }
  }

  /**
   * Reads the table of the last time. Never throws; a broken file is set aside.
   *
   * @param samples the pictures of the very first start
   */
  async open(samples: { content: KnownPicture; style: KnownPicture } | null): Promise<StudioNotice[]> {
    try {
      const text = await readPlainText(this.#path)
      if (text === null) {
        if (samples !== null) this.#lay(samples)
        return []
      }
      const { draft, recent } = savedTable.parse(upgradeDocument(parsePlainJson(text)))
      this.#draft = draft
      this.#recent = recent
      return []
    } catch {
      if (samples !== null) this.#lay(samples)
      const message = "The last session's photo, styles and settings could not be read."
      return [{ level: 'warning', message, hint: await setAside(this.#path) }]
    }
  }

  /** Pictures that have vanished meanwhile are left out. */
  get draft(): OpenDraft {
    const { content, styles, initPicture, ...rest } = this.#draft
    const show = (known: KnownPicture | null): OpenDraft['content'] =>
      known === null || !existsSync(known.path) ? null : toPicture(known, this.#tickets)
    return {
      ...rest,
      content: show(content),
      styles: styles.flatMap(({ picture, ...style }) => {
        const shown = show(picture)
        return shown === null ? [] : [{ ...style, picture: shown }]
      }),
      initPicture: show(initPicture),
    }
  }

  /** @param find the picture behind a ticket; a draft that names others is kept without them */
  lay(given: Draft, find: (ticket: string) => KnownPicture | null): void {
    const { content, styles, initPicture, ...rest } = draft.parse(given)
    const known = (ticket: string | null): KnownPicture | null => (ticket === null ? null : find(ticket))
    this.#draft = {
      ...rest,
      content: known(content),
      styles: styles.flatMap(({ picture, ...style }) => {
        const found = find(picture)
        return found === null ? [] : [{ ...style, picture: found }]
      }),
      initPicture: known(initPicture),
    }
    this.save()
  }

  /** Notes that a picture was used. */
  use(picture: KnownPicture): void {
    this.#recent = [picture, ...this.#recent.filter(({ path }) => path !== picture.path)].slice(0, mostRecent)
    this.save()
  }

  /** Newest first; those that have vanished are left out. */
  get recent(): KnownPicture[] {
    return this.#recent.filter(({ path }) => existsSync(path))
  }

  /** The pictures on the table, and lately on it. */
  known(): KnownPicture[] {
    const { content, styles, initPicture } = this.#draft
    const onTable = [content, ...styles.map(({ picture }) => picture), initPicture]
    return [...this.#recent, ...onTable].filter((known) => known !== null)
  }

  mentions(): string[] {
    return this.known().map(({ path }) => path)
  }

  recentFiles(): NamedFile[] {
    return this.recent.map(({ path, name }) => ({ path, name }))
  }

  settled(): Promise<void> {
    return this.#writing
  }

  #lay({ content, style }: { content: KnownPicture; style: KnownPicture }): void {
    const edit = pictureEdit.parse({})
    this.#draft = { ...this.#draft, content, styles: [{ picture: style, weight: 1, edit }] }
  }

  /** Soon; of several in a row, the last. */
  save(): void {
    if (this.#isDue) return
    this.#isDue = true
    this.#writing = this.#writing.then(() => this.#write())
  }

  async #write(): Promise<void> {
    this.#isDue = false
    try {
      await this.#assertOurs()
      const table = { schema: 1, draft: this.#draft, recent: this.#recent }
      await writePrivateFile(this.#path, `${JSON.stringify(table, null, 2)}\n`)
    } catch (thrown) {
      this.#onProblem(fileProblem(thrown, `Cannot save the current pictures and settings to ${this.#path}`))
    }
  }
}
