import { minimise } from '../../src/engine/minimise/minimise.ts'
import { Adam } from '../../src/engine/minimise/optimizers/adam.ts'
import type { OptimizerState } from '../../src/engine/minimise/optimizers/optimizer.ts'
import type { Evaluation } from '../../src/engine/minimise/optimizers/contract.ts'
import { createRandom, type Random } from '../../src/engine/random.ts'
import { Session } from '../../src/engine/runtime/ort.ts'
import type { NetworkWeights } from '../../src/engine/models/network-weights.ts'
import type { Tensor } from '../../src/engine/tensor/tensor.ts'
import { distilGraph, studentPrefix } from './graph.ts'
import type { Student } from './student.ts'
import { studentShapes } from './tables.ts'

/** Pictures of one step, as many as have about the same number of pixels at each size. */
export const batchShapes = [
  { sidePx: 96, batch: 8 },
  { sidePx: 144, batch: 4 },
  { sidePx: 192, batch: 2 },
] as const satisfies readonly BatchShape[]

export interface BatchShape {
  readonly sidePx: number
  readonly batch: number
}

export interface Batch extends BatchShape {
  /** RGB in [0,1], [batch, 3, side, side] */
  readonly pictures: Float32Array
}

/** The loss and its parts by tap. */
export type Losses = Readonly<Record<string, number>>

export interface TrainingHooks {
  readonly batchAt: (step: number) => Promise<Batch>
  /** @param done steps so far */
  readonly after: (done: number, losses: Losses) => Promise<void>
}

/** Adam with a learning rate that falls along a half cosine (Loshchilov & Hutter 2017, eq. 5, without restarts). */
export class Trainer {
  readonly #student: Student
  readonly #options = { learningRate: 0, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }
  readonly #peakRate: number
  readonly #steps: number
  readonly #adam: Adam
  readonly #gradient: Float32Array
  readonly #sessions: Sessions

  constructor(
    student: Student,
    { sessions, steps, peakRate }: { sessions: Sessions; steps: number; peakRate: number },
  ) {
    this.#student = student
    this.#sessions = sessions
    this.#steps = steps
    this.#peakRate = peakRate
    this.#adam = new Adam(this.#options, student.vector.length)
    this.#gradient = new Float32Array(student.vector.length)
  }

  /** Takes the steps from `first` to before `until`, both counted from 0; the learning rate depends on them. */
  async train({ first, until }: { first: number; until: number }, hooks: TrainingHooks): Promise<void> {
    let step = first
    let batch: Batch | null = null
    let losses: Losses = {}
    const evaluate = async (): Promise<Evaluation> => {
      losses = await this.#differentiate(batch!)
      return { loss: losses['loss']!, gradient: this.#gradient }
    }
    await minimise(this.#student.vector, evaluate, this.#adam, {
      before: async () => {
        if (step >= until) return false
        this.#options.learningRate = this.#rateAt(step)
        batch = await hooks.batchAt(step)
        return true
      },
      after: () => hooks.after(++step, losses),
    })
  }

  #rateAt(step: number): number {
    const warmth = Math.min(1, (step + 1) / 100)
    return warmth * this.#peakRate * 0.5 * (1 + Math.cos((Math.PI * step) / this.#steps))
  }

  /** Writes the gradient of a batch's loss. */
  async #differentiate({ pictures, sidePx, batch }: Batch): Promise<Losses> {
    const session = await this.#sessions.get({ sidePx, batch }, true)
    const outputs = await session.run(feedsOf(this.#student, pictures, { sidePx, batch }))
    let offset = 0
    for (const [name] of studentShapes) {
      const { data } = outputs[`gradient/${name}`]!
      this.#gradient.set(data, offset)
      offset += data.length
    }
    return lossesOf(outputs)
  }

  save(): OptimizerState {
    return this.#adam.save()
  }

  restore(state: OptimizerState): void {
    this.#adam.restore(state)
  }
}

/** The mean losses over batches that are not trained on. */
export async function judge(
  student: Student,
  batches: readonly Batch[],
  sessions: Sessions,
): Promise<Losses> {
  const sums: Record<string, number> = {}
  for (const { pictures, sidePx, batch } of batches) {
    const session = await sessions.get({ sidePx, batch }, false)
    const losses = lossesOf(await session.run(feedsOf(student, pictures, { sidePx, batch })))
    for (const [name, value] of Object.entries(losses))
      sums[name] = (sums[name] ?? 0) + value / batches.length
  }
  return sums
}

/** One session for each shape of a batch, made when it is first needed. */
export class Sessions {
  readonly #open = new Map<string, Promise<Session>>()
  readonly #teacher: NetworkWeights
  readonly #variances: Readonly<Record<string, number>>

  readonly #threads: number

  constructor(teacher: NetworkWeights, variances: Readonly<Record<string, number>>, threads: number) {
    this.#teacher = teacher
    this.#variances = variances
    this.#threads = threads
  }

  get(shape: BatchShape, hasGradients: boolean): Promise<Session> {
    const key = `${shape.batch}×${shape.sidePx}, ${hasGradients}`
    const open =
      this.#open.get(key) ??
      Session.create(
        distilGraph({ teacher: this.#teacher, variances: this.#variances, ...shape, hasGradients }),
        {
          device: 'cpu',
          threads: this.#threads,
          weights: this.#teacher.bytes,
        },
      )
    this.#open.set(key, open)
    return open
  }
}

function feedsOf(
  { tensors }: Student,
  pictures: Float32Array,
  { sidePx, batch }: BatchShape,
): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = { pictures: { shape: [batch, 3, sidePx, sidePx], data: pictures } }
  for (const [name, tensor] of tensors) feeds[studentPrefix + name] = tensor
  return feeds
}

function lossesOf(outputs: Readonly<Record<string, Tensor>>): Losses {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([name, { data }]) =>
      name.startsWith('gradient/') ? [] : [[name, data[0]!]],
    ),
  )
}

/** The shape of a step's batch: half of the steps have many small pictures, the others fewer and larger ones. */
export function shapeOf(random: Random): BatchShape {
  const number = random.uniform()
  return batchShapes[number < 0.5 ? 0 : number < 0.75 ? 1 : 2]
}

/** Random numbers of one step: the same ones whether the run was resumed before it or not. */
export function randomOfStep(seed: number, step: number): Random {
  return createRandom((seed * 1_000_003 + step) | 0)
}
