import type { JobProgress, StudioJob } from '../../../shared/contract/studio.ts'
import { formatPercent } from '../../ui/format.ts'

/** Title of the window, with the progress of the current painting. */
export function pageTitle(job: StudioJob | null, progress: JobProgress | null): string {
  if (job === null) return 'Pastiche'
  if (job.status.state === 'paused') return 'Paused – Pastiche'
  return progress === null ? 'Painting – Pastiche' : `${formatPercent(progress.part)} – Pastiche`
}
