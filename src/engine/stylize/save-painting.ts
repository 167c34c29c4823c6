import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Job } from '../../shared/contract/engine.ts'
import { PasticheError } from '../../shared/errors.ts'
import { encodePicture } from '../image/encode.ts'
import { prepareFolderOf, prepareOutput, writeNew, writeOutput } from '../image/output.ts'
import type { Picture } from '../image/picture.ts'
import { resizePlanes } from '../image/resize.ts'
import { clampUnit, type Planes } from '../tensor/planes.ts'
import type { Run } from '../methods/optimise/run.ts'

export interface SaveOptions {
  readonly job: Job
  readonly content: Picture
  /** Whether the run came to its end: an unfinished picture never takes the place of a finished one. */
  readonly isFinished: boolean
  readonly notice: (message: string) => void
}

/**
 * Writes a painted picture to the output of its job; where that cannot be any more (a full disk, a drive that is gone), to the first
 * of its refuges that can.
 *
 * @returns where it is
 * @throws PasticheError `output-not-writable`, `disk-full`, where no refuge takes it either
 */
export async function savePainting(painted: Planes, options: SaveOptions): Promise<string> {
  const { job, isFinished, notice } = options
  const { path, placing } = job.output
  const mark = isFinished || placing === 'own' ? '' : '-unfinished'
  const bytes = await encode(painted, options)
  try {
    // It was made at the start. To make it again would be wrong where its drive is gone, or where it was moved away.
    if (!existsSync(dirname(path)))
      throw new PasticheError('output-not-writable', `The folder ${dirname(path)} is gone.`)
    return await place(path, bytes, { placing, mark })
  } catch (thrown) {
    for (const refuge of job.refuges) {
      const kept = await place(join(refuge, basename(path)), bytes, { placing: 'new', mark }).catch(
        () => null,
      )
      if (kept === null) continue
      notice(`${PasticheError.from(thrown).message} The picture was kept as ${kept}.`)
      return kept
    }
    throw thrown
  }
}

/** Where the last good canvas of a run that broke could be kept; null where nothing was painted, or not even that works. */
export async function keepLastGood(
  run: Pick<Run, 'stepsDone' | 'lastGood'>,
  job: Job,
  content: Picture,
): Promise<string | null> {
  if (run.stepsDone === 0) return null
  try {
    return await savePainting(run.lastGood(), { job, content, isFinished: false, notice: () => undefined })
  } catch {
    return null
  }
}

async function place(
  path: string,
  bytes: Uint8Array,
  { placing, mark }: { placing: Job['output']['placing']; mark: string },
): Promise<string> {
  if (placing === 'new' || mark !== '') {
    await prepareFolderOf(path)
    return writeNew(path, bytes, mark)
  }
  await prepareOutput(path)
  await writeOutput(path, bytes)
  return path
}

function encode(painted: Planes, { job, content, notice }: SaveOptions): Promise<Uint8Array> {
  const { output, parameters } = job
  const { widthPx, heightPx, rgb } = painted
  const alpha = content.alpha && clampUnit(resizePlanes(content.alpha, 1, content, painted, 'bicubic'))
  const description = `Painted by Pastiche: network ${parameters.network}, seed ${parameters.seed}`
  return encodePicture(
    output.path,
    { widthPx, heightPx, rgb, alpha, metadata: content.metadata },
    { ...output, description, onNotice: notice },
  )
}
