import { randomUUID } from 'node:crypto'
import { lstatSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { SaveOptions } from '../../shared/contract/recipe.ts'
import type { Exported } from '../../shared/contract/studio.ts'
import { PasticheError } from '../../shared/errors.ts'
import { shortened } from '../../shared/file-names.ts'
import { fileProblem } from '../file-problem.ts'
import { byName } from './file-names.ts'
import type { Gallery } from './gallery/gallery.ts'
import type { StudioShell } from './shell.ts'
import type { Tickets } from './tickets.ts'
import { trimEnds } from '../../shared/trim-ends.ts'

export const fileEndings = { png: '.png', jpeg: '.jpg', webp: '.webp', tiff: '.tif' } as const

/** Hands files on: where the shell has dialogs, to where the user says; else through the page, as a download. */
export class Exporter {
  readonly #folder: string
  readonly #tickets: Tickets

  /** @param folder in the cache, for downloads */
  constructor(folder: string, tickets: Tickets) {
    this.#folder = folder
    this.#tickets = tickets
  }

  /** @throws PasticheError as `Gallery.save` */
  async result(
    gallery: Gallery,
    resultId: string,
    options: SaveOptions,
    { desk }: StudioShell,
  ): Promise<Exported> {
    const fileName = `${safeName(gallery.entry(resultId).name)}${fileEndings[options.format]}`
    return this.#hand(fileName, desk, (path) => gallery.save(resultId, options, path))
  }

  async text(fileName: string, text: string, { desk }: StudioShell): Promise<Exported> {
    return this.#hand(fileName, desk, async (path) => {
      try {
        await (desk === undefined ? writeFile(path, text) : writeFileAtomic(path, text))
      } catch (thrown) {
        throw fileProblem(thrown, `Cannot write ${path}`)
      }
    })
  }

  /** Removes the downloads of the last time. Never throws. */
  async clean(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true }).catch(() => undefined)
  }

  async #hand(
    fileName: string,
    desk: StudioShell['desk'],
    write: (path: string) => Promise<void>,
  ): Promise<Exported> {
    if (desk !== undefined) {
      const picked = await desk.pickTarget(fileName)
      if (picked === null) return { kind: 'cancelled' }
      const target = withEnding(picked, extname(fileName))
      await write(target)
      return { kind: 'saved', name: basename(target) }
    }
    const folder = join(this.#folder, randomUUID())
    const path = join(folder, fileName)
    try {
      await mkdir(folder, { recursive: true })
      await write(path)
    } catch (thrown) {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined)
      throw byName(fileProblem(thrown, `Cannot write ${path}`), { path, name: fileName })
    }
    return {
      kind: 'download',
      ticket: this.#tickets.give({ path, name: fileName, isOpen: true }),
      name: fileName,
    }
  }
}

const pictureEndings: readonly string[] = [...Object.values(fileEndings), '.jpeg', '.tiff']

/** A name without an ending, or with one that is not for files of this kind, gets the one that was suggested. */
function withEnding(path: string, ending: string): string {
  const fitting = pictureEndings.includes(ending) ? pictureEndings : [ending, '.json']
  if (fitting.includes(extname(path).toLowerCase())) return path
  const wanted = `${path}${ending}`
  // The dialog has asked about the name that was written, not about this one: nothing is overwritten.
  for (let number = 1, free = wanted; ; number++, free = `${path} ${number}${ending}`)
    if (!isThere(free)) return free
}

/** A link that leads nowhere counts too: writing would follow it. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/** File systems allow 255 bytes, of which an ending and what a half-written file is called take some. */
const mostBytes = 200
/** Windows reserves these as file names, with any ending. */
const reserved = /^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(\.|$)/i

/** A result's name as that of a file, on every system. */
export function safeName(name: string): string {
  const plain = trimDots(name.normalize('NFC').replaceAll(/[\p{C}\s<>:"/\\|?*]+/gu, ' '))
  const short = trimDots(shortened(plain, mostBytes))
  return reserved.test(short) ? `_${short}` : short || 'pastiche'
}

/** Windows drops dots and spaces at the end; a dot at the beginning hides a file elsewhere. */
function trimDots(text: string): string {
  return trimEnds(text, '. ')
}

/** @throws PasticheError `not-here` */
export function deskOf({ desk }: StudioShell): NonNullable<StudioShell['desk']> {
  if (desk !== undefined) return desk
  throw new PasticheError('not-here', 'A browser page has no access to system dialogs, clipboard or folders.')
}
