import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { JobOutput, JobSpec } from '../../shared/contract/job.ts'
import { PasticheError } from '../../shared/errors.ts'
import { encodePicture } from '../image/encode.ts'
import { prepareFolderOf, prepareOutput, writeNew, writeOutput } from '../image/output.ts'
import type { Product, Work } from '../methods/method.ts'

export interface SaveOptions {
  readonly job: Pick<JobSpec, 'output'>
  /** True if the work came to its end: an unfinished picture never takes the place of a finished one. */
  readonly isFinished: boolean
  readonly notice: (message: string) => void
}

/**
 * Writes what a job has made to its output; where that cannot be any more (a full disk, a drive that is gone), to the first of its
 * fallback folders that can.
 *
 * @throws PasticheError `output-not-writable`, `disk-full`, where no folder takes it
 */
export async function saveOutput(product: Product, options: SaveOptions): Promise<JobOutput> {
  const path = await saveSomewhere(product, options)
  const { widthPx, heightPx } = product.picture
  return { kind: product.kind, path, widthPx, heightPx }
}

async function saveSomewhere(
  { picture, description }: Product,
  { job: { output }, isFinished, notice }: SaveOptions,
): Promise<string> {
  const { path, placing, fallbackFolders } = output
  const mark = isFinished || placing === 'own' ? '' : '-unfinished'
  const bytes = await encodePicture(path, picture, { ...output, description, onNotice: notice })
  try {
    // It was made at the start. To make it again would be wrong where its drive is gone, or where it was moved away.
    if (!existsSync(dirname(path)))
      throw new PasticheError('output-not-writable', `The folder ${dirname(path)} is gone.`)
    return await place(path, bytes, { placing, mark })
  } catch (thrown) {
    for (const folder of fallbackFolders) {
      const kept = await place(join(folder, basename(path)), bytes, { placing: 'new', mark }).catch(
        () => null,
      )
      if (kept === null) continue
      notice(`${PasticheError.from(thrown).message} The picture was kept as ${kept}.`)
      return kept
    }
    throw thrown
  }
}

/** The last good picture of a job that failed; null where nothing was painted, or not even that works. */
export async function keepLastGood(
  work: Pick<Work, 'stepsDone' | 'product'>,
  job: Pick<JobSpec, 'output'>,
): Promise<JobOutput | null> {
  if (work.stepsDone === 0) return null
  try {
    return await saveOutput(work.product('last good'), { job, isFinished: false, notice: () => undefined })
  } catch {
    return null
  }
}

async function place(
  path: string,
  bytes: Uint8Array,
  { placing, mark }: { placing: JobSpec['output']['placing']; mark: string },
): Promise<string> {
  if (placing === 'new' || mark !== '') {
    await prepareFolderOf(path)
    return writeNew(path, bytes, mark)
  }
  await prepareOutput(path)
  await writeOutput(path, bytes)
  return path
}
