import { realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { getMimeType } from 'hono/utils/mime'
import { PasticheError } from '../shared/errors.ts'
import type { ServerContext } from './context.ts'
import { sendFile } from './send-file.ts'

const indexFile = 'index.html'

/** @throws PasticheError `page-missing` where the studio's page has not been built into this folder */
export async function checkPage(folder: string): Promise<void> {
  const isThere = await stat(join(folder, indexFile)).then(
    (facts) => facts.isFile(),
    () => false,
  )
  if (!isThere) throw new PasticheError('page-missing', `The studio's page is missing from ${folder}.`)
}

/** Answers with the files of the built page, and nothing beside them. */
export function servePage(folder: string): (context: ServerContext) => Promise<Response> {
  return async (context) => {
    const { pathname } = new URL(context.req.url)
    const name = pathname === '/' ? indexFile : pathname.slice(1)
    const path = await findFile(folder, name)
    if (path === null) return context.notFound()
    return sendFile(context, {
      path,
      contentType: getMimeType(name) ?? 'application/octet-stream',
      cacheControl: cacheControl(name),
      downloadName: null,
    })
  }
}

/** Names that Vite writes: nothing encoded, nothing hidden, no way up. */
const plainName = /^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/

async function findFile(folder: string, name: string): Promise<string | null> {
  if (!plainName.test(name)) return null
  try {
    // A link may lead out of the folder.
    const [root, path] = await Promise.all([realpath(folder), realpath(join(folder, name))])
    return path.startsWith(root + sep) && (await stat(path)).isFile() ? path : null
  } catch {
    return null
  }
}

/** Names in assets/ hold the hash of what is in them, so they never change. The page itself names them. */
function cacheControl(name: string): string {
  if (name === indexFile) return 'no-store'
  return name.startsWith('assets/') ? 'private, max-age=31536000, immutable' : 'no-cache'
}
