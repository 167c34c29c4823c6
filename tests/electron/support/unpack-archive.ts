import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { extractFile, getRawHeader } from '@electron/asar'

/** Node would look for what a linked script imports beside the script itself; Electron looks in the archive. */
const isScript = /\.([cm]?js|json)$/

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>
  readonly unpacked?: boolean
}

/**
 * Copies a packed app and puts a folder in the place of its archive: Electron reads the one as if it were the other, Node cannot. What
 * lies beside the archive stays there, and is linked to, as Electron looks there by itself.
 *
 * @returns the root of the app in the copy
 */
export function unpackArchive(appOutDir: string, copy: string): string {
  cpSync(appOutDir, copy, { recursive: true })
  const appRoot = join(copy, 'resources', 'app.asar')
  rmSync(appRoot)
  const archive = join(appOutDir, 'resources', 'app.asar')
  for (const { path, isUnpacked } of walk(getRawHeader(archive).header, '')) {
    const file = join(appRoot, path)
    mkdirSync(dirname(file), { recursive: true })
    if (isUnpacked && !isScript.test(path))
      symlinkSync(relative(dirname(file), join(`${appRoot}.unpacked`, path)), file)
    else writeFileSync(file, extractFile(archive, path))
  }
  return appRoot
}

function* walk({ files = {} }: Entry, at: string): Generator<{ path: string; isUnpacked: boolean }> {
  for (const [name, entry] of Object.entries(files)) {
    const path = at === '' ? name : `${at}${sep}${name}`
    if (entry.files !== undefined) yield* walk(entry, path)
    else yield { path, isUnpacked: entry.unpacked === true }
  }
}
