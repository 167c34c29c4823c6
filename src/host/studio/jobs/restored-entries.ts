import { PasticheError } from '../../../shared/errors.ts'
import type { SavedJob } from './queue-file.ts'
import { StudioEntry } from './studio-entry.ts'

/**
 * The queue of the last time. A job that was at work when Pastiche was closed or killed has failed, and can be started again; it
 * is not begun by itself, as it may be why Pastiche ended.
 *
 * @param hasResult whether the gallery has a result
 */
export function restoredEntries(
  saved: readonly SavedJob[],
  hasResult: (resultId: string) => boolean,
): { waiting: StudioEntry[]; failed: StudioEntry[] } {
  const waiting: StudioEntry[] = []
  const failed: StudioEntry[] = []
  for (const { id, order, status } of saved) {
    if (status.state === 'queued') {
      const entry = new StudioEntry(id, order)
      entry.isToGoOn = status.isToGoOn
      waiting.push(entry)
      continue
    }
    const resultId = status.resultId !== null && hasResult(status.resultId) ? status.resultId : null
    const error = status.state === 'failed' ? status.error : interrupted.toData()
    failed.push(new StudioEntry(id, order, { state: 'failed', error, resultId }))
  }
  return { waiting, failed }
}

const interrupted = new PasticheError('engine-lost', 'Interrupted when Pastiche closed.')
