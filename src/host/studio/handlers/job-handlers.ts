import type { DeviceInfo } from '../../../shared/contract/device.ts'
import type { Plan } from '../../../shared/contract/job.ts'
import type { JobRequest } from '../../../shared/contract/studio.ts'
import { forecast, type Forecast } from '../../forecast/forecast.ts'
import { familyNotice } from '../../presets/family-notice.ts'
import { byName } from '../file-names.ts'
import { engineJobOf, filesOf, orderOf, type JobOrder } from '../jobs/job-order.ts'
import type { StudioParts } from '../studio-parts.ts'
import type { PageContext, SomeHandlers } from './page-context.ts'

type JobMethod =
  'forecast' | 'start' | 'job' | 'control' | 'moveJob' | 'goOn' | 'restart' | 'dismiss' | 'watch'

/** The queue, and what a job will take before it is in it. */
export function jobHandlers({ studio, watch }: PageContext): SomeHandlers<JobMethod> {
  const { queue } = studio
  return {
    forecast: async (request) => {
      const order = await orderFor(studio, request)
      const choice = await studio.deviceInspector.choose(order.device)
      await studio.calibrate(choice.device.id, order.parameters)
      const found = await forecastOf(studio, order, choice.device)
      const family = await weightsNotice(studio, request, order)
      const notices = [choice.notice, found.plan.notice, family].filter((notice) => notice !== null)
      return { ...found, notices }
    },
    start: async (request) => {
      const order = await orderFor(studio, request)
      // A job that can be refused is refused now, not when its turn comes.
      const job = queue.start(order, await planOf(studio, order))
      // An accepted job is not lost, even if Pastiche is killed now.
      await queue.saved()
      return job
    },
    job: ({ jobId }) => queue.job(jobId),
    control: ({ jobId, command }) => queue.control(jobId, command).then(() => null),
    moveJob: ({ jobId, place }) => {
      queue.move(jobId, place)
      return null
    },
    goOn: ({ jobId }) => queue.goOn(jobId),
    restart: ({ jobId }) => queue.restart(jobId),
    dismiss: ({ jobId }) => {
      queue.dismiss(jobId)
      return null
    },
    watch: ({ jobId }) => {
      watch(jobId)
      return null
    },
  }
}

async function orderFor(
  { tickets, modelService, presetService, pictures }: StudioParts,
  request: JobRequest,
): Promise<JobOrder> {
  const { content, styles, initPicture, parameters, preset } = request
  const order = orderOf({
    request,
    sources: {
      content: tickets.file(content),
      styles: styles.map(({ picture }) => tickets.file(picture)),
      initPicture: initPicture === null ? null : tickets.file(initPicture),
    },
    weights: await modelService.weightsOf(parameters.network),
    preset: await presetService.nameFor(preset, parameters),
  })
  // A plan needs the photo alone: the others would be found wrong when their turn has come.
  await Promise.all(filesOf(order).map((file) => pictures.look(file)))
  return order
}

/** The engine is asked for a plan alone: it writes nothing. */
async function planOf({ tools }: StudioParts, order: JobOrder): Promise<Plan> {
  try {
    return await tools.call('plan', engineJobOf(order, forecastResources))
  } catch (thrown) {
    throw byName(thrown, ...filesOf(order))
  }
}

async function forecastOf(
  { tools, calibrations, settings }: StudioParts,
  order: JobOrder,
  device: DeviceInfo,
): Promise<Forecast> {
  const job = engineJobOf(order, { ...forecastResources, threads: settings.threads })
  try {
    return await forecast({ planner: tools, calibrations }, job, device)
  } catch (thrown) {
    throw byName(thrown, ...filesOf(order))
  }
}

/** The engine is asked what it would do, and writes nothing. */
const forecastResources = { outputPath: 'forecast.png', threads: 0, checkpoint: null, fallbackFolders: [] }

/** True if the preset was made for weights of another family. */
async function weightsNotice(
  { presetService }: StudioParts,
  { preset }: JobRequest,
  { parameters, weights }: JobOrder,
): Promise<string | null> {
  const found = preset === null ? null : await presetService.find(preset)
  return found === null || weights.path === null
    ? null
    : familyNotice(found, parameters.network, weights.path)
}
