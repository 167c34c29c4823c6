import { join } from 'node:path'
import { appPaths, readAppVersion, spawnChild, Studio } from '../../../src/host/index.ts'
import type { Input, Output } from '../../../src/shared/contract/define.ts'
import { parameters } from '../../../src/shared/contract/parameters.ts'
import { studioContract, type StudioContract, type StudioJob } from '../../../src/shared/contract/studio.ts'
import { createClient, type Client } from '../../../src/shared/rpc/client.ts'
import { createMemoryPair } from '../../../src/shared/rpc/memory-pair.ts'
import { run } from '../../cli/pastiche.ts'

export interface OpenStudio {
  readonly studio: Studio
  readonly page: Client<StudioContract>
  readonly opened: Output<StudioContract, 'open'>
}

/** The real studio of a home folder, with the real engine and one page. */
export async function openStudio(home: string): Promise<OpenStudio> {
  const paths = appPaths({ env: { PASTICHE_HOME: home } })
  const studio = await Studio.open({
    paths,
    appVersion: readAppVersion(),
    spawn: spawnChild(paths.workerFile),
    env: {},
    fallbackFolders: [join(home, 'fallback')],
  })
  const [near, far] = createMemoryPair()
  studio.connect(far, { facts: { kind: 'browser', platform: 'test', hasDialogs: false } })
  const page = createClient(studioContract, near)
  return { studio, page, opened: await page.call('open', {}) }
}

/** The engine is built by the first start of the command. */
export async function buildEngine(cwd: string): Promise<void> {
  await run(['--version'], { cwd })
}

export const totalSteps = 24

/** A small job from the samples of the first start. */
export function smallRequest({ draft }: Output<StudioContract, 'open'>): Input<StudioContract, 'start'> {
  return {
    content: draft.content!.ticket,
    styles: draft.styles.map(({ picture, weight, edit }) => ({ picture: picture.ticket, weight, edit })),
    initPicture: null,
    preset: 'pastiche',
    device: 'cpu',
    parameters: parameters.parse({ sizePx: 64, coarsestPx: 32, steps: totalSteps }),
  }
}

/** The job once it has ended. */
export function ended({ studio }: OpenStudio, jobId: string): Promise<StudioJob> {
  return new Promise((resolve) => {
    const look = (): void => {
      const job = studio.jobs.find(({ id }) => id === jobId)
      if (job === undefined || ['queued', 'running', 'paused'].includes(job.status.state)) return
      off()
      resolve(job)
    }
    const off = studio.onJobs(look)
    look()
  })
}

export async function paint(open: OpenStudio): Promise<StudioJob> {
  const { id } = await open.page.call('start', smallRequest(open.opened))
  return ended(open, id)
}
