import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import type { ConcreteDeviceId, Plan } from '../../../shared/contract/engine.ts'
import type { Parameters } from '../../../shared/contract/parameters.ts'
import type { JobStatus } from '../../../shared/contract/studio.ts'

const book = z.object({
  schema: z.literal(1),
  /** Milliseconds for a floating-point operation, by device, network and optimizer. */
  speeds: z.record(z.string().max(64), z.number().positive()),
})

type AtWork = Extract<JobStatus, { state: 'running' | 'paused' }>
type Kind = Pick<Parameters, 'network' | 'optimizer'>

/** How fast this machine has painted so far, so that the next job's time can be told before it begins. */
export class SpeedBook {
  readonly #path: string
  #speeds: Record<string, number> = {}

  /** @param path of a file that may be lost at any time */
  constructor(path: string) {
    this.#path = path
  }

  /** Never throws: a book that cannot be read is begun anew. */
  async open(): Promise<void> {
    try {
      this.#speeds = book.parse(JSON.parse(await readFile(this.#path, 'utf8'))).speeds
    } catch {
      this.#speeds = {}
    }
  }

  /** Takes the measure of a job that has ended; the newest counts for half. */
  learn({ progress, device }: AtWork, plan: Plan | null, parameters: Kind): void {
    if (progress === null || device === null || plan === null) return
    const flop = doneFlop(plan, progress.totalStep)
    if (flop === 0 || progress.elapsedMs <= 0) return
    const key = keyOf(device.id, parameters)
    const speed = progress.elapsedMs / flop
    const before = this.#speeds[key] ?? speed
    this.#speeds = { ...this.#speeds, [key]: (before + speed) / 2 }
    void this.#write()
  }

  /** Null before the first job of its kind. */
  estimateMs(plan: Plan, device: ConcreteDeviceId, parameters: Kind): number | null {
    const speed = this.#speeds[keyOf(device, parameters)]
    return speed === undefined ? null : speed * plan.totalFlop
  }

  async #write(): Promise<void> {
    try {
      await mkdir(dirname(this.#path), { recursive: true })
      await writeFileAtomic(this.#path, JSON.stringify({ schema: 1, speeds: this.#speeds }))
    } catch {
      // It is learnt again.
    }
  }
}

function keyOf(device: ConcreteDeviceId, { network, optimizer }: Kind): string {
  return `${device}/${network}/${optimizer}`
}

function doneFlop({ scales }: Plan, doneSteps: number): number {
  let left = doneSteps
  let flop = 0
  for (const { steps, stepFlop } of scales) {
    const done = Math.min(left, steps)
    flop += done * stepFlop
    left -= done
  }
  return flop
}
