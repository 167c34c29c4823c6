import { dirname } from 'node:path'
import type { Job, Outcome } from '../shared/contract/engine.ts'
import { PasticheError } from '../shared/errors.ts'
import { isIn, keepCopy, sendToStandardOutput, type StandardStreams } from './standard-streams.ts'

/**
 * Brings a picture that was painted for standard output there. What cannot be sent, or is unfinished, is kept as a file beside the photo,
 * or in the current folder where the photo came through standard input. Any other outcome is as it was.
 *
 * @throws PasticheError `output-not-writable` where it cannot be kept either
 */
export async function deliver(outcome: Outcome, job: Job, streams: StandardStreams | null): Promise<Outcome> {
  if (streams === null || !isIn(streams.folder, job.output.path)) return outcome
  if (outcome.state === 'suspended' || outcome.path === null) return outcome
  const folder = isIn(streams.folder, job.content) ? process.cwd() : dirname(job.content)
  const keep = async (path: string): Promise<string> =>
    isIn(streams.folder, path) ? keepCopy(path, folder) : path
  if (outcome.state !== 'done') return { ...outcome, path: await keep(outcome.path) }
  try {
    await sendToStandardOutput(outcome.path)
    return outcome
  } catch (thrown) {
    const error = PasticheError.from(thrown).toData()
    return { state: 'failed', error, path: await keep(outcome.path) }
  }
}
