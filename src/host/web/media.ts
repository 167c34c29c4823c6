import { readMediaPath } from '../../shared/contract/media.ts'
import type { StudioService } from '../studio/studio-service.ts'
import type { WebContext } from './context.ts'
import { sendFile } from './send-file.ts'

/** `GET /media/<ticket>?…`: a picture, or a file to save. Only a ticket that the studio gave names a file. */
export function serveMedia(studio: Pick<StudioService, 'media'>): (context: WebContext) => Promise<Response> {
  return async (context) => {
    const { pathname, search } = new URL(context.req.url)
    const file = await studio.media(readMediaPath(pathname + search))
    // Only some minutes: a ticket stays valid, but another program may change its file.
    return sendFile(context, { ...file, cacheControl: 'private, max-age=300' })
  }
}
