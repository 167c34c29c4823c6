import { z } from 'zod'
import { resultId } from '../../../shared/contract/recipe.ts'
import { errorData } from '../../../shared/errors.ts'
import { parsePlainJson } from '../../../shared/plain-json.ts'
import { upgradeDocument } from '../../../shared/first-edition.ts'
import { fileProblem } from '../../file-problem.ts'
import { readPlainText } from '../../files/plain-file.ts'
import { writePrivateFile } from '../../files/private-files.ts'
import { setAside } from '../../files/set-aside.ts'
import { jobOrder } from './job-order.ts'

/** A job that is to be painted, is at work, or failed and can be painted again. */
export const savedJob = z.object({
  id: z.uuid(),
  order: jobOrder,
  status: z.discriminatedUnion('state', [
    /** `isToGoOn`: from where it was saved. */
    z.object({ state: z.literal('queued'), isToGoOn: z.boolean().default(false) }),
    /** `resultId`: where it is being painted. */
    z.object({ state: z.literal('atWork'), resultId: resultId.nullable() }),
    z.object({ state: z.literal('failed'), error: errorData, resultId: resultId.nullable() }),
  ]),
})
export type SavedJob = z.infer<typeof savedJob>

const queueSchemaVersion = 1
const savedQueue = z.object({ schema: z.literal(queueSchemaVersion), jobs: z.array(savedJob) })

export interface ReadQueue {
  readonly jobs: readonly SavedJob[]
  /** One sentence, where the file was broken: what became of it. */
  readonly problem: string | null
}

/** `queue.json`: the queue, so that it is still there when Pastiche starts again. */
export class QueueFile {
  readonly #path: string
  readonly #onProblem: (problem: Error) => void
  readonly #assertOurs: () => Promise<void>
  #newest: readonly SavedJob[] | null = null
  #writing: Promise<void> = Promise.resolve()

  /** @param assertOurs rejects where nothing may be written: the library is gone, or another's */
  constructor(
    path: string,
    onProblem: (problem: Error) => void,
    assertOurs: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.#path = path
    this.#onProblem = onProblem
    this.#assertOurs = assertOurs
  }

  /** Never throws; a broken file is set aside. */
  async read(): Promise<ReadQueue> {
    try {
      const text = await readPlainText(this.#path)
      if (text === null) return { jobs: [], problem: null }
      return { jobs: savedQueue.parse(upgradeDocument(parsePlainJson(text))).jobs, problem: null }
    } catch {
      const fate = await setAside(this.#path)
      return { jobs: [], problem: `The saved queue could not be read from ${this.#path}. ${fate}` }
    }
  }

  /** Writes soon; of several in a row, the last. What fails is told to `onProblem`. */
  save(jobs: readonly SavedJob[]): void {
    const isWaiting = this.#newest !== null
    this.#newest = jobs
    if (!isWaiting) this.#writing = this.#writing.then(() => this.#write())
  }

  settled(): Promise<void> {
    return this.#writing
  }

  async #write(): Promise<void> {
    const jobs = this.#newest
    this.#newest = null
    try {
      await this.#assertOurs()
      await writePrivateFile(this.#path, `${JSON.stringify({ schema: queueSchemaVersion, jobs }, null, 2)}\n`)
    } catch (thrown) {
      this.#onProblem(fileProblem(thrown, `Cannot save the queue to ${this.#path}`))
    }
  }
}
