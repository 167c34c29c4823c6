import { optimiseJob, type OptimiseRequest } from '../../src/shared/contract/optimise-job.ts'
import sharp from 'sharp'
import { startJob } from '../../src/engine/index.ts'
import { picturePath } from '../../src/shared/contract/job.ts'

export interface Pixels {
  readonly widthPx: number
  readonly heightPx: number
  /** RGB or RGBA, 8 bits a channel. */
  readonly data: Buffer
}

/** Paints a job on one thread of the CPU and reads what it wrote. */
export async function paintPicture(request: Omit<OptimiseRequest, 'resources'>): Promise<Pixels> {
  const job = optimiseJob({ ...request, resources: { device: 'cpu', threads: 1 } })
  const silent = { progress: () => undefined, preview: () => undefined, notice: () => undefined }
  const outcome = await (await startJob(job, silent)).outcome
  if (outcome.state !== 'done') throw new Error(`the job ended as ${JSON.stringify(outcome)}`)
  return readPixels(picturePath(outcome)!)
}

export async function readPixels(path: string): Promise<Pixels> {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true })
  return { widthPx: info.width, heightPx: info.height, data }
}
