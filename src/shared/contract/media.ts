import { z } from 'zod'
import { PasticheError } from '../errors.ts'
import { parseOrThrow } from '../describe-issue.ts'
import { pictureEdit } from './job.ts'
import { ticket } from './ticket.ts'

/** Long sides that views of a picture come in; any other is the next larger of them. */
export const viewSidesPx = [320, 1024, 2048, 4096] as const

/** Files that a page may load: the file of a ticket itself, or a view of the picture it is, as WebP. */
export const mediaRequest = z.strictObject({
  ticket,
  /** Long side of the view; null for the file itself, which only results and downloads give out. */
  sidePx: z.literal(viewSidesPx).nullable().default(null),
  edit: pictureEdit.prefault({}),
  /** True if a browser should save it rather than show it. */
  download: z.boolean().default(false),
})
export type MediaRequest = z.infer<typeof mediaRequest>

/** Below it lies all media, in both shells: `/media/<ticket>?side=320&turns=1&crop=0,0,0.5,1`. */
export const mediaRoot = '/media/'

/** The address of a picture, from the root of the studio's own origin. */
export function mediaPath({
  ticket,
  sidePx = null,
  edit,
  download = false,
}: z.input<typeof mediaRequest>): string {
  const query: string[] = []
  if (sidePx !== null) query.push(`side=${sidePx}`)
  if (edit?.quarterTurns) query.push(`turns=${edit.quarterTurns}`)
  if (edit?.crop)
    query.push(`crop=${[edit.crop.left, edit.crop.top, edit.crop.width, edit.crop.height].join(',')}`)
  if (download) query.push('download=1')
  return `${mediaRoot}${ticket}${query.length > 0 ? `?${query.join('&')}` : ''}`
}

/**
 * The other way round, for the shells.
 *
 * @param path from the root of the origin, as it came
 * @throws PasticheError `invalid-request`
 */
export function readMediaPath(path: string): MediaRequest {
  const [pathname = '', search = ''] = path.split('?', 2)
  if (!pathname.startsWith(mediaRoot))
    throw new PasticheError('invalid-request', 'This is not the address of a picture.')
  const query = new Map<string, string>()
  for (const pair of search.split('&')) {
    const [name = '', value = ''] = pair.split('=', 2)
    query.set(name, value)
  }
  const number = (name: string): number | undefined => (query.has(name) ? Number(query.get(name)) : undefined)
  const [left, top, width, height] = (query.get('crop') ?? '').split(',').map(Number)
  return parseOrThrow(mediaRequest, {
    ticket: pathname.slice(mediaRoot.length),
    sidePx: number('side') ?? null,
    edit: {
      quarterTurns: number('turns') ?? 0,
      crop: query.has('crop') ? { left, top, width, height } : null,
    },
    download: query.get('download') === '1',
  })
}

/** Purpose of an upload: each has its own limit and its own checks. */
export const uploadPurposes = { picture: 256 * 2 ** 20, preset: 2 ** 20, weights: 640 * 2 ** 20 } as const
export const uploadPurpose = z.enum(['picture', 'preset', 'weights'])
export type UploadPurpose = z.infer<typeof uploadPurpose>

/** `POST /upload?for=picture&name=photo.jpg`, the file as the body; answers `{ ticket }`, or an error as `{ error }`. */
export const uploadPath = '/upload'
export const uploadAnswer = z.union([
  z.object({ ticket }),
  z.object({ error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) }),
])
