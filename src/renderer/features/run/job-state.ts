import { assertNever } from '../../../shared/assert.ts'
import { hintInStudio } from '../../../shared/errors.ts'
import type { JobProgress, StudioJob } from '../../../shared/contract/studio.ts'
import { formatPercent } from '../../ui/format.ts'

export interface JobStateText {
  readonly label: string
  readonly text: string
  readonly tone: 'neutral' | 'accent' | 'success' | 'warning' | 'danger'
}

/** A job's state for the list of them. */
export function jobState({ status }: StudioJob, progress: JobProgress | null): JobStateText {
  const part = progress === null ? 'Preparing' : formatPercent(progress.part)
  switch (status.state) {
    case 'queued':
      return { label: 'Waiting', text: 'Starts after the jobs above', tone: 'neutral' }
    case 'running':
      return { label: 'Painting', text: part, tone: 'accent' }
    case 'paused':
      return { label: 'Paused', text: part, tone: 'warning' }
    case 'done':
      return { label: 'Done', text: 'In gallery', tone: 'success' }
    case 'stopped':
      return {
        label: 'Stopped',
        text: status.resultId === null ? 'Before anything was painted' : 'In gallery',
        tone: 'neutral',
      }
    case 'failed':
      return {
        label: 'Failed',
        text: `${status.error.message} ${hintInStudio(status.error)}`,
        tone: 'danger',
      }
    default:
      return assertNever(status)
  }
}
