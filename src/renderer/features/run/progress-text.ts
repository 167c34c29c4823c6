import type { JobProgress } from '../../../shared/contract/studio.ts'
import { formatDuration, formatEstimate, formatSize } from '../../ui/format.ts'

/** "Scale 2 of 4 · step 31 of 96 · 128 × 85 px" */
export function stepText({ detail: { scale, step, steps } }: JobProgress): string {
  const scaleText = scale.count > 1 ? `Scale ${scale.index + 1} of ${scale.count} · step` : 'Step'
  return `${scaleText} ${step} of ${steps} · ${formatSize(scale.widthPx, scale.heightPx)}`
}

/** "1 min 5 s · about 3 min left" */
export function timeText({ elapsedMs, remainingMs }: JobProgress): string {
  const left = remainingMs === null ? null : `${formatEstimate(remainingMs)} left`
  return [formatDuration(elapsedMs), left].filter((part) => part !== null).join(' · ')
}
