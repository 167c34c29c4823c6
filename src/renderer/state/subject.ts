import type { GalleryEntry } from '../../shared/contract/recipe.ts'
import type { JobProgress, Picture, StudioJob } from '../../shared/contract/studio.ts'

/** A picture as the canvas gets it: by a ticket, in any size, or as the address of a small preview. */
export type Source =
  { readonly kind: 'ticket'; readonly ticket: string } | { readonly kind: 'url'; readonly url: string }

/** Subject of the canvas. */
export interface Subject {
  /** Identity of the picture; a new key resets the zoom. */
  readonly key: string
  readonly kind: 'photo' | 'live' | 'result'
  readonly title: string
  readonly widthPx: number
  readonly heightPx: number
  /** The painting; null if there is none yet. */
  readonly painting: Source | null
  /** The photo as it was. */
  readonly photo: Source
}

export interface Shown {
  readonly photo: Picture | null
  readonly job: StudioJob | null
  readonly progress: JobProgress | null
  readonly previewUrl: string | null
  readonly result: GalleryEntry | null
}

/** The selected job, live or ended; without one the selected result, otherwise the current photo. */
export function subjectOf({ photo, job, progress, previewUrl, result }: Shown): Subject | null {
  const resultId = job !== null && 'resultId' in job.status ? job.status.resultId : null
  if (result !== null && (job === null || resultId === result.id)) return resultSubject(result, job)
  if (job !== null) return liveSubject(job, progress, previewUrl, photo)
  return photo === null ? null : photoSubject(photo)
}

function photoSubject({ ticket, name, widthPx, heightPx }: Picture): Subject {
  const source = { kind: 'ticket', ticket } as const
  return { key: ticket, kind: 'photo', title: name, widthPx, heightPx, painting: null, photo: source }
}

function resultSubject(result: GalleryEntry, job: StudioJob | null): Subject {
  return {
    // The same as while it was painted, so that it stays zoomed as it was.
    key: job?.id ?? result.id,
    kind: 'result',
    title: result.name,
    widthPx: result.widthPx,
    heightPx: result.heightPx,
    painting: { kind: 'ticket', ticket: result.picture },
    photo: { kind: 'ticket', ticket: result.content },
  }
}

function liveSubject(
  job: StudioJob,
  progress: JobProgress | null,
  previewUrl: string | null,
  photo: Picture | null,
): Subject {
  const known = photo?.ticket === job.content ? photo : null
  // The size it will have in the end: small scales are shown as large.
  const { widthPx, heightPx } = job.plan ?? progress?.detail.scale ?? known ?? unknownSize
  return {
    key: job.id,
    kind: 'live',
    title: job.name,
    widthPx,
    heightPx,
    painting: previewUrl === null ? null : { kind: 'url', url: previewUrl },
    photo: { kind: 'ticket', ticket: job.content },
  }
}

const unknownSize = { widthPx: 600, heightPx: 400 }
