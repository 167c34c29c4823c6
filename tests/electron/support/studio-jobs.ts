import type { StudioContract, StudioJob } from '../../../src/shared/contract/studio.ts'
import type { Client } from '../../../src/shared/rpc/client.ts'
import type { DesktopApp } from './desktop-app.ts'

const restMs = 100
const jobTimeoutMs = 120_000

/** Resolves with a job when it has ended, however it did. */
export async function endOf(studio: Client<StudioContract>, jobId: string): Promise<StudioJob> {
  const deadline = Date.now() + jobTimeoutMs
  while (Date.now() < deadline) {
    const { job } = await studio.call('job', { jobId })
    if (!['queued', 'running', 'paused'].includes(job.status.state)) return job
    await new Promise((resolve) => setTimeout(resolve, restMs))
  }
  throw new Error('The job has not ended.')
}

/** Resolves when a job has done so many steps. Rejects where it ends before. */
export async function atStep(
  studio: Client<StudioContract>,
  jobId: string,
  totalStep: number,
): Promise<void> {
  const deadline = Date.now() + jobTimeoutMs
  while (Date.now() < deadline) {
    const { status } = (await studio.call('job', { jobId })).job
    if (status.state !== 'queued' && status.state !== 'running')
      throw new Error(`Expected a running job, received one that is ${status.state}.`)
    if (status.state === 'running' && (status.progress?.detail.totalStep ?? 0) >= totalStep) return
    await new Promise((resolve) => setTimeout(resolve, restMs))
  }
  throw new Error('The job did not come so far.')
}

/** Does something to a job each time it has come further, until it has ended. */
export async function whileRunning(
  studio: Client<StudioContract>,
  jobId: string,
  act: () => Promise<void>,
): Promise<StudioJob> {
  const deadline = Date.now() + jobTimeoutMs
  let elapsedMs = 0
  while (Date.now() < deadline) {
    const { job } = await studio.call('job', { jobId })
    const { status } = job
    if (status.state !== 'queued' && status.state !== 'running') return job
    const progress = status.state === 'running' ? status.progress : null
    if (progress !== null && progress.elapsedMs !== elapsedMs) {
      elapsedMs = progress.elapsedMs
      await act()
    }
    await new Promise((resolve) => setTimeout(resolve, restMs))
  }
  throw new Error('The job has not ended.')
}

/** The processes of the app that compute. */
export async function enginePids(app: DesktopApp): Promise<number[]> {
  return app.evaluate(({ app: main }) =>
    main
      .getAppMetrics()
      .filter(({ name, serviceName }) => [name, serviceName].includes('Pastiche engine'))
      .map(({ pid }) => pid),
  )
}
