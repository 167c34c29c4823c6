import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { extractFile, getRawHeader } from '@electron/asar'

/** A file of the app inside a package. */
export interface PackedFile {
  /** From the root of the app, with slashes. */
  readonly path: string
  readonly bytes: number
  /** True if it lies beside the archive. */
  readonly isUnpacked: boolean
}

/** An entry of the archive's header, as the format has it. */
interface ArchiveEntry {
  readonly files?: Readonly<Record<string, ArchiveEntry>>
  readonly size?: number
  readonly unpacked?: boolean
}

export interface PackedApp {
  readonly archive: string
  readonly files: readonly PackedFile[]
  /** Files beside the archive that the archive does not know of. */
  readonly strays: readonly string[]
  read(path: string): Buffer
}

/** Folder of the app in an unpacked package of any platform: Pastiche.app has it elsewhere. */
export function resourcesFolder(appOutDir: string): string {
  const inMacApp = join(appOutDir, 'Pastiche.app', 'Contents', 'Resources')
  return existsSync(inMacApp) ? inMacApp : join(appOutDir, 'resources')
}

/** Reads what electron-builder has made back from the disk. */
export function readPackage(appOutDir: string): PackedApp {
  const archive = join(resourcesFolder(appOutDir), 'app.asar')
  const { header } = getRawHeader(archive)
  const files = [...walk(header, '')]
  const beside = new Set(files.filter(({ isUnpacked }) => isUnpacked).map(({ path }) => path))
  const strays = filesIn(`${archive}.unpacked`).filter((path) => !beside.has(path))
  return { archive, files, strays, read: (path) => extractFile(archive, path.split('/').join(sep)) }
}

function* walk({ files = {} }: ArchiveEntry, at: string): Generator<PackedFile> {
  for (const [name, entry] of Object.entries(files)) {
    const path = at === '' ? name : `${at}/${name}`
    if (entry.files !== undefined) yield* walk(entry, path)
    else if (entry.size !== undefined) yield { path, bytes: entry.size, isUnpacked: entry.unpacked === true }
    else throw new Error(`Expected no links in the archive, found ${path}.`)
  }
}

/** Every file below a folder, from there, with slashes; none where there is no folder. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

export function bytesOf(path: string): number {
  return statSync(path).size
}
