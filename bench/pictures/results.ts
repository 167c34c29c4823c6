import { optimiseJob } from '../../src/shared/contract/optimise-job.ts'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startJob } from '../../src/engine/index.ts'
import {} from '../../src/shared/contract/job.ts'
import type { Figures } from '../yardstick.ts'
import { sha256, type Contender } from './contenders.ts'
import type { Pair } from './pairs.ts'

/** A finished picture and what is known of it. */
export interface Result {
  readonly path: string
  readonly seconds: number
  readonly figures: Figures | null
}

interface Kept {
  readonly seconds: number
  readonly figures?: { readonly yardstick: number; readonly values: Figures }
}

/**
 * Results in a folder, under a hash of all that makes them: photo, painting, parameters and weights. A rerun paints only what
 * is missing. The engine's own code is not part of the hash: judge a change of it in another folder.
 */
export class Results {
  readonly #folder: string
  readonly #threads: number
  readonly #yardstickVersion: number

  constructor({
    folder,
    threads,
    yardstickVersion,
  }: {
    folder: string
    threads: number
    yardstickVersion: number
  }) {
    this.#folder = folder
    this.#threads = threads
    this.#yardstickVersion = yardstickVersion
    mkdirSync(folder, { recursive: true })
  }

  /**
   * @param measure judges a picture, where nobody has yet; null where there is no yardstick
   * @param report told how far the painting is, in percent
   */
  async get(
    pair: Pair,
    contender: Contender,
    {
      measure,
      report,
    }: { measure: (path: string) => Promise<Figures | null>; report: (percent: number) => void },
  ): Promise<Result> {
    const base = join(this.#folder, nameOf(pair, contender))
    const [path, record] = [`${base}.png`, `${base}.json`]
    const kept =
      existsSync(path) && existsSync(record) ? (JSON.parse(readFileSync(record, 'utf8')) as Kept) : null
    const seconds = kept?.seconds ?? (await this.#paint(pair, contender, { path, report }))
    writeFileSync(record, JSON.stringify(kept ?? { seconds }))
    if (kept?.figures?.yardstick === this.#yardstickVersion)
      return { path, seconds, figures: kept.figures.values }
    const figures = await measure(path)
    if (figures)
      writeFileSync(
        record,
        JSON.stringify({
          seconds,
          figures: { yardstick: this.#yardstickVersion, values: figures },
        } satisfies Kept),
      )
    return { path, seconds, figures }
  }

  /** @returns seconds from reading the pictures to the saved painting */
  async #paint(
    { photo, painting }: Pair,
    { parameters, weightsPath }: Contender,
    { path, report }: { path: string; report: (percent: number) => void },
  ): Promise<number> {
    const job = optimiseJob({
      content: photo.path,
      styles: [{ path: painting.path }],
      output: { path },
      parameters,
      network: weightsPath,
      resources: { device: 'cpu', threads: this.#threads },
    })
    const startedMs = performance.now()
    const run = await startJob(job, {
      progress: ({ part }) => report(100 * part),
      preview: () => undefined,
      notice: (message) => console.error(message),
    })
    const outcome = await run.outcome
    if (outcome.state !== 'done') throw new Error(`The painting ${path} failed: ${JSON.stringify(outcome)}`)
    return (performance.now() - startedMs) / 1000
  }
}

function nameOf({ photo, painting }: Pair, contender: Contender): string {
  const { label, parameters, weightsHash } = contender
  const parts = [photo, painting].map(({ path }) => sha256(readFileSync(path)))
  const key = sha256(JSON.stringify([...parts, parameters, weightsHash])).slice(0, 12)
  const readable = [photo.name, painting.name, label].join(' ').replaceAll(/[^\w]+/g, '-')
  return `${readable}-${key}`
}
