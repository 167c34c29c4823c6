import { existsSync } from 'node:fs'
import { z } from 'zod'
import { deviceId } from '../../../shared/contract/device.ts'
import { pictureEdit } from '../../../shared/contract/job.ts'
import { partialParameters } from '../../../shared/contract/parameters.ts'
import { presetId } from '../../../shared/contract/preset.ts'
import { draft, type Draft, type OpenDraft, type StudioNotice } from '../../../shared/contract/studio.ts'
import { defineDocument } from '../../../shared/documents/define-document.ts'
import { migrateFirstDraft } from '../../../shared/documents/first-edition.ts'
import { JsonFile } from '../../files/json-file.ts'
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
const savedDrafts = z.object({ draft: savedDraft, recent: z.array(knownPicture).max(mostRecent) })
export const draftDocument = defineDocument({
  name: 'draft',
  schema: savedDrafts,
  migrations: [migrateFirstDraft],
  collection: 'recent',
})

/** The next painting as it is being prepared, and recent pictures: `table.json`, so that they survive a restart. */
export class DraftStore {
  readonly #file: JsonFile<z.infer<typeof savedDrafts>>
  readonly #tickets: Tickets
  #draft: SavedDraft
  #recent: KnownPicture[] = []

  /**
   * @param first the draft of the very first start
   * @param assertOurs rejects where nothing may be written: the library is gone, or another's
   */
  constructor(
    path: string,
    tickets: Tickets,
    first: Draft,
    onProblem: (problem: Error) => void,
    assertOurs?: () => Promise<void>,
  ) {
    this.#file = new JsonFile(path, draftDocument, { onProblem, assertOurs })
    this.#tickets = tickets
    this.#draft = { ...first, content: null, styles: [], initPicture: null }
  }

  /**
   * Reads the draft of the last time. Never throws; what is broken is set aside.
   *
   * @param samples the pictures of the very first start
   */
  async open(samples: { content: KnownPicture; style: KnownPicture } | null): Promise<StudioNotice[]> {
    const { value, problems } = await this.#file.open()
    if (value !== null) {
      this.#draft = value.draft
      this.#recent = value.recent
    } else if (samples !== null) this.#lay(samples)
    return problems.map((message) => ({ level: 'warning', message, hint: null }))
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

  /** The pictures of the draft, and recent ones. */
  known(): KnownPicture[] {
    const { content, styles, initPicture } = this.#draft
    const inDraft = [content, ...styles.map(({ picture }) => picture), initPicture]
    return [...this.#recent, ...inDraft].filter((known) => known !== null)
  }

  mentions(): string[] {
    return this.known().map(({ path }) => path)
  }

  recentFiles(): NamedFile[] {
    return this.recent.map(({ path, name }) => ({ path, name }))
  }

  settled(): Promise<void> {
    return this.#file.settled()
  }

  #lay({ content, style }: { content: KnownPicture; style: KnownPicture }): void {
    const edit = pictureEdit.parse({})
    this.#draft = { ...this.#draft, content, styles: [{ picture: style, weight: 1, edit }] }
  }

  /** Soon; of several in a row, the last. */
  save(): void {
    this.#file.save({ draft: this.#draft, recent: this.#recent })
  }
}
