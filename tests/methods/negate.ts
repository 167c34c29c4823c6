import { z } from 'zod'
import { contentPath, type JobSpec } from '../../src/shared/contract/job.ts'
import { PasticheError } from '../../src/shared/errors.ts'
import { defineMethod } from '../../src/shared/methods/define-method.ts'
import { probePicture, readPicture } from '../../src/engine/image/decode.ts'
import type { Picture } from '../../src/engine/image/picture.ts'
import type { Product, Work, WorkListeners } from '../../src/engine/methods/method.ts'

/** Definition of a second method: it turns colours into their opposites, a tenth at each step. */
export const negate = defineMethod({
  id: 'negate',
  slots: { content: { least: 1, most: 1 } },
  parameters: z.strictObject({ strength: z.number().min(0).max(1).default(1) }),
  live: z.strictObject({ strength: z.number().min(0).max(1).exactOptional() }),
  plan: { tenths: z.number().int() },
  progress: { tenth: z.number().int() },
})
type Parameters = z.infer<typeof negate.parameters>

const steps = 10

/** How it paints. */
export const negateMethod = {
  id: 'negate',
  assertUsable: (): void => undefined,
  async plan(job: JobSpec): Promise<unknown> {
    const { widthPx, heightPx } = await probePicture(contentPath(job))
    const work = { totalSteps: steps, totalFlop: steps, longestStepFlop: 1, peakMemoryBytes: 1e6 }
    return { widthPx, heightPx, ...work, notice: null, detail: { method: 'negate', tenths: steps } }
  },
  async load(job: JobSpec): Promise<unknown> {
    const photo = await readPicture(contentPath(job))
    return {
      assertInputsFit: () => undefined,
      begin: (_: unknown, listeners: WorkListeners) =>
        new NegateWork(photo, job.method.parameters as unknown as Parameters, listeners),
    }
  },
  checkOtherFiles: (): Promise<void> => Promise.resolve(),
}
class NegateWork implements Work {
  stepsDone = 0
  readonly state = null
  readonly #photo: Picture
  readonly #listeners: WorkListeners
  #strength: number
  #paused: Promise<void> | null = null
  #wake: () => void = () => undefined
  #isStopped = false

  constructor(photo: Picture, { strength }: Parameters, listeners: WorkListeners) {
    this.#photo = photo
    this.#strength = strength
    this.#listeners = listeners
  }

  pause(): void {
    this.#paused ??= new Promise((resolve) => (this.#wake = resolve))
  }

  resume(): void {
    this.#wake()
    this.#paused = null
  }

  stop(): void {
    this.#isStopped = true
    this.resume()
  }

  steer({ parameters }: { parameters: object }): void {
    const { strength } = parameters as Partial<Parameters>
    if (strength === undefined) throw new PasticheError('invalid-request', 'strength is missing.')
    this.#strength = strength
  }

  view(): Picture {
    const share = (this.#strength * this.stepsDone) / steps
    return { ...this.#photo, rgb: this.#photo.rgb.map((value) => value + share * (1 - 2 * value)) }
  }

  product(): Product {
    return { kind: 'picture', picture: this.view(), description: 'Negated' }
  }

  async run(): ReturnType<Work['run']> {
    while (this.stepsDone < steps) {
      await (this.#paused ?? new Promise((resolve) => setImmediate(resolve)))
      if (this.#isStopped) return { state: 'stopped', elapsedMs: 1 }
      this.stepsDone++
      const detail = { method: 'negate', tenth: this.stepsDone } as never
      this.#listeners.onProgress(
        { part: this.stepsDone / steps, elapsedMs: 1, remainingMs: null, detail },
        this.stepsDone,
      )
    }
    return { state: 'done', elapsedMs: 1 }
  }
}
