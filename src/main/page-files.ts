import { readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

/** What the build of the page can hold. Anything else is not served, whatever it is. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly contentType: string
}

/**
 * A file of the built page; null where there is none, or where the address reaches for something else.
 *
 * @param pathname of the address, still encoded
 */
export async function readPageFile(root: string, pathname: string): Promise<PageFile | null> {
  const file = pageFilePath(root, pathname)
  const contentType = file === null ? undefined : contentTypes[extname(file)]
  if (file === null || contentType === undefined) return null
  try {
    return { bytes: new Uint8Array(await readFile(file)), contentType }
  } catch {
    return null
  }
}

/** Where a file of the page lies, if it can be one. Never outside `root`. */
export function pageFilePath(root: string, pathname: string): string | null {
  let name: string
  try {
    name = decodeURIComponent(pathname)
  } catch {
    return null
  }
  // A backslash and a colon are what Windows reads as more than a name.
  if (!name.startsWith('/') || /[\0\\:]/.test(name)) return null
  const file = join(root, name === '/' ? 'index.html' : name)
  return file.startsWith(root + sep) ? file : null
}
