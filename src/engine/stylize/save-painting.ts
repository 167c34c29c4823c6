import { existsSync } from 'node:fs'
import { dirname, join, parse } from 'node:path'
import type { Job } from '../../shared/contract/engine.ts'
import { PasticheError } from '../../shared/errors.ts'
import { writePicture } from '../image/encode.ts'
import type { Picture } from '../image/picture.ts'
import { resizePlanes } from '../image/resize.ts'
import { clampUnit, type Planes } from './objective-session.ts'
import type { Run } from './run.ts'

/**
 * Writes a painted picture to the output of its job; where that cannot be any more (a full disk, a drive that is gone), to the first
 * of its refuges that can.
 *
 * @returns where it is
 * @throws PasticheError `output-not-writable`, `disk-full`, where no refuge takes it either
 */
export async function savePainting(
  painted: Planes,
  job: Job,
  content: Picture,
  notice: (message: string) => void,
): Promise<string> {
  const { path } = job.output
  try {
    // It was made at the start. To make it again would be wrong where its drive is gone, or where it was moved away.
    if (!existsSync(dirname(path)))
      throw new PasticheError('output-not-writable', `The folder ${dirname(path)} is gone.`)
    await write(path, painted, job, content, notice)
    return path
  } catch (thrown) {
    for (const refuge of job.refuges) {
      const kept = freePath(refuge, path)
      if (
        !(await write(kept, painted, job, content, notice).then(
          () => true,
          () => false,
        ))
      )
        continue
      notice(`${PasticheError.from(thrown).message} The picture was kept as ${kept}.`)
      return kept
    }
    throw thrown
  }
}

/** Where the last good canvas of a run that broke could be kept; null where not even that. */
export async function keepLastGood(run: Run, job: Job, content: Picture): Promise<string | null> {
  try {
    return await savePainting(run.lastGood(), job, content, () => undefined)
  } catch {
    return null
  }
}

/** A name in another folder that nothing has yet. */
function freePath(folder: string, path: string): string {
  const { name, ext } = parse(path)
  for (let count = 1; ; count++) {
    const free = join(folder, `${name}${count === 1 ? '' : `-${count}`}${ext}`)
    if (!existsSync(free)) return free
  }
}

async function write(
  path: string,
  painted: Planes,
  { output, parameters }: Job,
  content: Picture,
  onNotice: (message: string) => void,
): Promise<void> {
  const { widthPx, heightPx, rgb } = painted
  const alpha = content.alpha && clampUnit(resizePlanes(content.alpha, 1, content, painted, 'bicubic'))
  const description = `Painted by Pastiche: network ${parameters.network}, seed ${parameters.seed}`
  await writePicture(
    path,
    { widthPx, heightPx, rgb, alpha, metadata: content.metadata },
    { ...output, description, onNotice },
  )
}
