import sharp from 'sharp'
import { startStylize } from '../../src/engine/index.ts'
import { job, type Job } from '../../src/shared/contract/engine.ts'
import type { z } from 'zod'

export interface Pixels {
  readonly widthPx: number
  readonly heightPx: number
  /** RGB or RGBA, 8 bits a channel. */
  readonly data: Buffer
}

/** Paints a job on one thread of the CPU and reads what it wrote. */
export async function paintPicture(
  request: Omit<z.input<typeof job>, 'device' | 'threads'>,
): Promise<Pixels> {
  const parsed: Job = job.parse({ ...request, device: 'cpu', threads: 1 })
  const silent = { progress: () => undefined, preview: () => undefined, notice: () => undefined }
  const outcome = await (await startStylize(parsed, silent)).outcome
  if (outcome.state !== 'done') throw new Error(`the job ended as ${JSON.stringify(outcome)}`)
  return readPixels(outcome.path)
}

export async function readPixels(path: string): Promise<Pixels> {
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true })
  return { widthPx: info.width, heightPx: info.height, data }
}
