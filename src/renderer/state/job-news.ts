import { assertNever } from '../../shared/assert.ts'
import type { StudioJob } from '../../shared/contract/studio.ts'

/** Announcements for screen readers when the list of jobs changes: starts, pauses, resumes and ends. */
export function jobNews(before: readonly StudioJob[], after: readonly StudioJob[]): string[] {
  return after.flatMap((job) => {
    const was = before.find(({ id }) => id === job.id)?.status.state ?? null
    return was === job.status.state ? [] : [newsOf(job, was)]
  })
}

function newsOf({ name, status }: StudioJob, was: StudioJob['status']['state'] | null): string {
  switch (status.state) {
    case 'queued':
      return `${name} is queued.`
    case 'running':
      return was === 'paused' ? `${name} resumed.` : `Painting ${name}.`
    case 'paused':
      return `${name} is paused.`
    case 'done':
      return `${name} is done.`
    case 'stopped':
      return status.resultId === null ? `${name} was stopped.` : `${name} was stopped; the picture was saved.`
    case 'failed':
      return `${name} failed. ${status.error.message} ${status.error.hint}`
    default:
      return assertNever(status)
  }
}
