import { dirname } from 'node:path'
import { contentPath, type JobOutput, type JobSpec, type Outcome } from '../shared/contract/job.ts'
import { PasticheError } from '../shared/errors.ts'
import { isIn, keepCopy, sendToStandardOutput, type StandardStreams } from './standard-streams.ts'

/**
 * Brings a picture that was painted for standard output there. What cannot be sent, or is unfinished, is kept as a file beside the photo,
 * or in the current folder where the photo came through standard input. Any other outcome is as it was.
 *
 * @throws PasticheError `output-not-writable` where it cannot be kept either
 */
export async function deliver(
  outcome: Outcome,
  job: JobSpec,
  streams: StandardStreams | null,
): Promise<Outcome> {
  if (streams === null || !isIn(streams.folder, job.output.path)) return outcome
  const made = outcome.outputs[0]
  if (outcome.state === 'suspended' || made === undefined) return outcome
  const photo = contentPath(job)
  const folder = isIn(streams.folder, photo) ? process.cwd() : dirname(photo)
  const keep = async (): Promise<JobOutput[]> =>
    isIn(streams.folder, made.path) ? [{ ...made, path: await keepCopy(made.path, folder) }] : [made]
  if (outcome.state !== 'done') return { ...outcome, outputs: await keep() }
  try {
    await sendToStandardOutput(made.path)
    return outcome
  } catch (thrown) {
    return { state: 'failed', error: PasticheError.from(thrown).toData(), outputs: await keep() }
  }
}
