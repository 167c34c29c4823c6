import { readMediaPath } from '../shared/contract/media.ts'
import type { StudioService } from '../host/index.ts'
import type { ServerContext } from './context.ts'
import { sendFile } from './send-file.ts'

/** `GET /media/<ticket>?…`: a picture, or a file to save. Nothing but a ticket that the studio gave names a file. */
export function serveMedia(studio: StudioService): (context: ServerContext) => Promise<Response> {
  return async (context) => {
    const { pathname, search } = new URL(context.req.url)
    const file = await studio.media(readMediaPath(pathname + search))
    // Some minutes: tickets stay, but the file of one may be changed by another program.
    return sendFile(context, { ...file, cacheControl: 'private, max-age=300' })
  }
}
