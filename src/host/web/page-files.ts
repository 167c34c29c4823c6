import { readFile, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { getMimeType } from 'hono/utils/mime'
import { PasticheError } from '../../shared/errors.ts'
import type { WebContext } from './context.ts'

const indexFile = 'index.html'

/** @throws PasticheError `page-missing` where the studio's page has not been built into this folder */
export async function checkPage(folder: string): Promise<void> {
  const isThere = await stat(join(folder, indexFile)).then(
    (facts) => facts.isFile(),
    () => false,
  )
  if (!isThere) throw new PasticheError('page-missing', `The studio's page is missing from ${folder}.`)
}

/** Answers with files of the built page, of the types that a page consists of. */
export function servePage(folder: string): (context: WebContext) => Promise<Response> {
  return async (context) => {
    const { pathname } = new URL(context.req.url)
    const name = pathname === '/' ? indexFile : pathname.slice(1)
    const contentType = getMimeType(name)
    const bytes = contentType === undefined ? null : await readInside(folder, name)
    if (contentType === undefined || bytes === null) return context.notFound()
    return context.body(bytes, 200, {
      'Content-Type': contentType,
      'Content-Length': String(bytes.length),
      'Cache-Control': cacheControl(name),
    })
  }
}

/** Names that Vite writes: not encoded, not hidden, not above the folder. */
const plainName = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/

/** A file of the folder, or null. The files of the page are small; and inside Electron's archive, only reading makes no copy. */
async function readInside(folder: string, name: string): Promise<Uint8Array<ArrayBuffer> | null> {
  if (!plainName.test(name)) return null
  try {
    // A link may lead out of the folder.
    const [root, path] = await Promise.all([realpath(folder), realpath(join(folder, name))])
    return path.startsWith(root + sep) ? new Uint8Array(await readFile(path)) : null
  } catch {
    return null
  }
}

/** Names in assets/ contain the hash of their content, so that they never change. The page itself names them. */
function cacheControl(name: string): string {
  if (name === indexFile) return 'no-store'
  return name.startsWith('assets/') ? 'private, max-age=31536000, immutable' : 'no-cache'
}
