import { randomUUID } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { SaveOptions } from '../../shared/contract/recipe.ts'
import type { HandedOn } from '../../shared/contract/studio.ts'
import { PasticheError } from '../../shared/errors.ts'
import { fileProblem } from '../file-problem.ts'
import type { Gallery } from './gallery/gallery.ts'
import type { StudioShell } from './shell.ts'
import type { Tickets } from './tickets.ts'

export const fileEndings = { png: '.png', jpeg: '.jpg', webp: '.webp', tiff: '.tif' } as const

/** Hands files on: where the shell has dialogs, to where the user says; else through the page, as a download. */
export class HandingOn {
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
  ): Promise<HandedOn> {
    const fileName = `${safeName(gallery.entry(resultId).name)}${fileEndings[options.format]}`
    return this.#hand(
      fileName,
      desk,
      (path) => gallery.save(resultId, options, path),
      fileEndings[options.format],
    )
  }

  async text(fileName: string, text: string, { desk }: StudioShell): Promise<HandedOn> {
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
    ending?: string,
  ): Promise<HandedOn> {
    if (desk !== undefined) {
      const target = await desk.pickTarget(fileName)
      if (target === null) return { kind: 'cancelled' }
      await write(withEnding(target, ending))
      return { kind: 'saved', name: basename(target) }
    }
    const folder = join(this.#folder, randomUUID())
    await mkdir(folder, { recursive: true }).catch((thrown: unknown) => {
      throw fileProblem(thrown, `Cannot make the folder ${folder}`)
    })
    const path = join(folder, fileName)
    await write(path)
    return {
      kind: 'download',
      ticket: this.#tickets.give({ path, name: fileName, isOpen: true }),
      name: fileName,
    }
  }
}

/** A name that the user wrote without an ending gets that of the format. */
function withEnding(path: string, ending: string | undefined): string {
  return ending === undefined || /\.[a-z0-9]{2,5}$/i.test(path) ? path : `${path}${ending}`
}

/** A result's name as that of a file, on every system. */
export function safeName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replaceAll(/[\p{C}<>:"/\\|?*]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/^\.+|\.+$/g, '')
  return Array.from(plain).slice(0, 120).join('').trim() || 'pastiche'
}

/** @throws PasticheError `not-here` */
export function deskOf({ desk }: StudioShell): NonNullable<StudioShell['desk']> {
  if (desk !== undefined) return desk
  throw new PasticheError(
    'not-here',
    'A page in a browser has no dialogs, clipboard or folders of the system.',
  )
}
