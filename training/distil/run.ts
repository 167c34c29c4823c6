import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom, type Random } from '../../src/engine/random.ts'
import { readCanonical } from '../../src/engine/weights/canonical.ts'
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import type { Checkpoint, DistilRunOptions, LogLine } from './checkpoint.ts'
import { cropCanvas, paintCanvases } from './canvases.ts'
import { initialise, measureTeacher, varianceOf } from './initialise.ts'
import { listPictures, pick, randomCrop, squareOf, type PictureSet } from './pictures.ts'
import { emptyStudent, toNetwork, type Student } from './student.ts'
import { taps } from './tables.ts'
import { batchShapes, judge, randomOfStep, Sessions, shapeOf, Trainer } from './trainer.ts'
import type { Batch, BatchShape, Losses } from './trainer.ts'

/** Canvases that are kept; the oldest make room for new ones. */
const mostCanvases = 400
const usualCheckpointEvery = 250
const canvasesEvery = 100

/** When a run stops before its last step, how often it is saved, and how many pictures it is measured on. */
export interface Pace {
  readonly until?: number
  readonly checkpointEvery?: number
  /** Pictures that the start is computed from. */
  readonly startPictures?: number
  /** Batches of each shape that it is judged by. */
  readonly heldOutBatches?: number
}

/** @returns the last checkpoint, which also lies in `options.out` */
export async function distil(options: DistilRunOptions, pace: Pace = {}): Promise<Checkpoint> {
  await mkdir(options.out, { recursive: true })
  const teacher = await readCanonical(options.teacher)
  const pictures = await listPictures(options.pictures)
  const path = join(options.out, 'checkpoint.bin')
  const before = await readCheckpoint(path)
  const student = emptyStudent()
  let variances = before?.variances ?? {}
  if (before) student.vector.set(before.student)
  else {
    const sample = await Promise.all(
      Array.from({ length: pace.startPictures ?? 96 }, (_, i) =>
        squareOf(pictures.trained[(i * 53) % pictures.trained.length]!, 192),
      ),
    )
    const moments = await measureTeacher(teacher, sample, 192)
    variances = Object.fromEntries(taps.map((tap) => [tap, varianceOf(moments.get(tap)!)]))
    student.vector.set(initialise(teacher, moments).vector)
  }
  const sessions = new Sessions(teacher, variances, options.threads)
  const run = new Run(options, { student, sessions, pictures, variances, path, before })
  await run.train(pace)
  return (await readCheckpoint(path))!
}

interface RunParts {
  readonly student: Student
  readonly sessions: Sessions
  readonly pictures: PictureSet
  readonly variances: Readonly<Record<string, number>>
  readonly path: string
  readonly before: Checkpoint | null
}

class Run {
  readonly #options: DistilRunOptions
  readonly #parts: RunParts
  readonly #trainer: Trainer
  readonly #canvases: Float32Array[]
  readonly #log: LogLine[]
  readonly #began = Date.now()

  constructor(options: DistilRunOptions, parts: RunParts) {
    this.#options = options
    this.#parts = parts
    this.#trainer = new Trainer(parts.student, {
      sessions: parts.sessions,
      steps: options.steps,
      peakRate: options.rate,
    })
    if (parts.before) this.#trainer.restore(parts.before.optimizer)
    this.#canvases = [...(parts.before?.canvases ?? [])]
    this.#log = [...(parts.before?.log ?? [])]
  }

  async train(pace: Pace): Promise<void> {
    const { until = this.#options.steps, checkpointEvery = usualCheckpointEvery } = pace
    const { student, sessions, before } = this.#parts
    const heldOut = await this.#makeHeldOut(pace.heldOutBatches ?? 6)
    if (!before) {
      const judged = await judge(student, heldOut, sessions)
      this.#log.push({ step: 0, trained: {}, heldOut: judged })
      report(0, judged)
    }
    const first = before?.step ?? 0
    let next = this.#batch(first)
    let sums: Record<string, number> = {}
    let count = 0
    const batchAt = async (step: number): Promise<Batch> => {
      const batch = await next
      if (step % canvasesEvery === 0 && step > 0) await this.#paint(step)
      next = this.#batch(step + 1)
      return batch
    }
    const after = async (done: number, losses: Losses): Promise<void> => {
      count += 1
      for (const [name, value] of Object.entries(losses)) sums[name] = (sums[name] ?? 0) + value
      if (done % checkpointEvery !== 0 && done !== until) return
      const trained = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]))
      const judged = await judge(student, heldOut, sessions)
      this.#log.push({ step: done, trained, heldOut: judged })
      report(done, judged)
      await this.#save(done)
      sums = {}
      count = 0
    }
    await this.#trainer.train({ first, until }, { batchAt, after })
  }

  async #batch(step: number): Promise<Batch> {
    const random = randomOfStep(this.#options.seed, step)
    return this.#makeBatch(shapeOf(random), random, this.#parts.pictures.trained)
  }

  async #makeBatch(shape: BatchShape, random: Random, paths: readonly string[]): Promise<Batch> {
    const { sidePx, batch } = shape
    const pictures = new Float32Array(batch * 3 * sidePx * sidePx)
    for (let i = 0; i < batch; i++) {
      const isCanvas = this.#canvases.length > 0 && random.uniform() < this.#options.canvases
      const crop = isCanvas
        ? cropCanvas(pick(this.#canvases, random), sidePx, random)
        : await randomCrop(pick(paths, random), sidePx, random)
      pictures.set(crop, i * crop.length)
    }
    return { pictures, sidePx, batch }
  }

  /** The same ones at any time: of pictures that are not trained on, and without canvases. */
  async #makeHeldOut(count: number): Promise<Batch[]> {
    const random = createRandom(this.#options.seed)
    const canvases = this.#canvases.splice(0)
    const batches: Batch[] = []
    for (const shape of batchShapes)
      for (let i = 0; i < count; i++)
        batches.push(await this.#makeBatch(shape, random, this.#parts.pictures.heldOut))
    this.#canvases.push(...canvases)
    return batches
  }

  async #paint(step: number): Promise<void> {
    if (this.#options.canvases === 0) return
    const { student, variances, pictures } = this.#parts
    const { threads } = this.#options
    const random = randomOfStep(this.#options.seed + 1, step)
    this.#canvases.push(
      ...(await paintCanvases(toNetwork(student, variances, 'distilling'), pictures.trained, {
        random,
        threads,
      })),
    )
    this.#canvases.splice(0, Math.max(0, this.#canvases.length - mostCanvases))
  }

  async #save(step: number): Promise<void> {
    const { student, variances, pictures, path, before } = this.#parts
    await writeCheckpoint(path, {
      step,
      options: this.#options,
      student: student.vector,
      variances,
      optimizer: this.#trainer.save(),
      canvases: this.#canvases,
      pictureCount: pictures.trained.length,
      log: this.#log,
      elapsedMs: (before?.elapsedMs ?? 0) + Date.now() - this.#began,
    })
  }
}

function report(step: number, losses: Losses): void {
  const parts = Object.entries(losses).map(
    ([name, value]) => `${name.replace('unexplained/', '')} ${value.toFixed(3)}`,
  )
  console.log(`${new Date().toISOString()} step ${step}: ${parts.join(', ')}`)
}
