import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import {
  appPaths,
  readAppVersion,
  spawnChild,
  Studio,
  type StudioPage,
  type StudioShell,
  type WorkerProcess,
} from '../../../src/host/index.ts'
import type { EventData, EventName } from '../../../src/shared/contract/define.ts'
import {
  studioContract,
  type JobRequest,
  type StudioContract,
  type StudioJob,
} from '../../../src/shared/contract/studio.ts'
import type { PartialParameters } from '../../../src/shared/contract/parameters.ts'
import { mergeParameters } from '../../../src/shared/merge-parameters.ts'
import { createClient, type Client, type Fault } from '../../../src/shared/rpc/client.ts'
import { createMemoryPair } from '../../../src/shared/rpc/memory-pair.ts'
import type { Transport } from '../../../src/shared/rpc/transport.ts'

export const browserShell: StudioShell = {
  facts: { kind: 'browser', platform: 'linux', hasDialogs: false },
}

/** A page of a studio, and all that it hears. */
export class TestPage {
  readonly client: Client<StudioContract>
  readonly page: StudioPage | null
  readonly faults: Fault[] = []
  readonly #heard = new Map<string, unknown[]>()

  constructor(line: Transport, page: StudioPage | null = null) {
    this.page = page
    this.client = createClient(studioContract, line, { onFault: (fault) => this.faults.push(fault) })
    for (const event of Object.keys(studioContract.events) as EventName<StudioContract>[])
      this.client.on(event, (data) => this.#heard.set(event, [...this.heard(event), data]))
  }

  get call(): Client<StudioContract>['call'] {
    return this.client.call.bind(this.client)
  }

  heard<E extends EventName<StudioContract>>(event: E): EventData<StudioContract, E>[] {
    return (this.#heard.get(event) ?? []) as EventData<StudioContract, E>[]
  }

  forget(): void {
    this.#heard.clear()
  }

  async job(jobId: string): Promise<StudioJob> {
    return (await this.call('job', { jobId })).job
  }

  /** Waits until a job has come to one of some states. */
  async until(jobId: string, ...states: StudioJob['status']['state'][]): Promise<StudioJob> {
    await expect
      .poll(async () => (await this.job(jobId)).status, { timeout: 30_000, interval: 20 })
      .toMatchObject({ state: expect.stringMatching(states.join('|')) as string })
    return this.job(jobId)
  }

  /** Waits until a job has done so many steps. */
  async untilStep(jobId: string, step: number): Promise<void> {
    const doneOf = ({ status }: StudioJob): number =>
      'progress' in status ? (status.progress?.detail.totalStep ?? 0) : 0
    await expect
      .poll(async () => doneOf(await this.job(jobId)), { timeout: 30_000, interval: 10 })
      .toBeGreaterThanOrEqual(step)
  }
}

/** The whole studio with the real engine, at home in a folder of the test's. */
export class TestStudio {
  readonly studio: Studio
  readonly home: string
  /** Every process of the engine that was started; the first that a test sees may paint, or look at pictures. */
  readonly workers: WorkerProcess[]

  private constructor(studio: Studio, home: string, workers: WorkerProcess[]) {
    this.studio = studio
    this.home = home
    this.workers = workers
  }

  static async open(home: string): Promise<TestStudio> {
    mkdirSync(home, { recursive: true })
    const paths = appPaths({ env: { PASTICHE_HOME: home } })
    const workers: WorkerProcess[] = []
    const start = spawnChild(paths.workerFile)
    const spawn = (): WorkerProcess => {
      const worker = start()
      workers.push(worker)
      return worker
    }
    const studio = await Studio.open({
      ...{ paths, spawn, env: {} },
      appVersion: readAppVersion(),
      fallbackFolders: [join(home, 'fallback')],
    })
    return new TestStudio(studio, home, workers)
  }

  connect(shell: StudioShell = browserShell): TestPage {
    const [near, far] = createMemoryPair()
    return new TestPage(near, this.studio.connect(far, shell))
  }
}

/** A job of two pictures: so small that a step takes milliseconds. */
export function tinyJob(
  content: string,
  style: string,
  changes: PartialParameters = {},
  preset: string | null = null,
): JobRequest {
  return {
    content,
    styles: [{ picture: style, weight: 1, edit: { quarterTurns: 0, crop: null } }],
    ...{ initPicture: null, preset, device: 'cpu' },
    parameters: mergeParameters({ sizePx: 64, coarsestPx: 64, steps: 6, ...changes }),
  }
}
