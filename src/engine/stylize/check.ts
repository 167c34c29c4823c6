import { dirname, join, resolve, sep } from 'node:path'
import type { DeviceInfo, Job, Plan } from '../../shared/contract/engine.ts'
import { errorCatalogue, PasticheError, type ErrorData } from '../../shared/errors.ts'
import { foldFileName } from '../../shared/file-names.ts'
import { probePicture, readPicture } from '../image/decode.ts'
import { outputFormat, type OutputFormat } from '../image/formats.ts'
import type { Size } from '../tensor/size.ts'
import {
  assertNotSameFile,
  checkFolderOf,
  checkReplaceable,
  checkRoom,
  prepareFolderOf,
} from '../image/output.ts'
import { activeTaps } from '../objective/options.ts'
import { objectiveOptions } from '../methods/optimise/objective-options.ts'
import { smallestSidePx } from '../models/smallest-picture.ts'
import type { Layer } from '../models/layers.ts'
import { chooseDevice } from '../runtime/devices.ts'
import { loadJob, loadWeights, plannedLayers, type LoadedJob } from './load.ts'
import { styleSize } from '../objective/terms/style/measure.ts'
import { makePlan } from '../methods/optimise/plan.ts'
import { isPreviewName, previewsIn } from './preview-files.ts'

export interface PreparedJob {
  readonly plan: Plan
  readonly loaded: LoadedJob
  readonly device: DeviceInfo
  /** What is worth telling before the first step. */
  readonly notices: readonly string[]
}

/** What a job will do and cost, from the headers of its pictures. */
export async function planJob(job: Job): Promise<Plan> {
  return makePlan(await probePicture(job.content), job.parameters, await plannedLayers(job))
}

/**
 * Finds everything that can be refused, before any time is spent; the folders that the job writes to are there then.
 *
 * @throws PasticheError for parameters, pictures, weights or an output that cannot be used
 */
export async function prepareJob(job: Job): Promise<PreparedJob> {
  const prepared = await examine(job)
  for (const path of writtenFiles(job)) await prepareFolderOf(path)
  return prepared
}

/** As {@link prepareJob}, without leaving anything behind; the answer tells what is wrong. Never throws. */
export async function checkJob(
  job: Job,
): Promise<{ problem: { error: ErrorData; concerns: Stage['concerns'] } | null }> {
  const stage: Stage = { concerns: 'settings' }
  try {
    await examine(job, stage)
    return { problem: null }
  } catch (thrown) {
    const error = PasticheError.from(thrown)
    const other = stage.concerns === 'photo' ? await problemOfSettings(error, job) : null
    const concerns = other === null ? stage.concerns : 'settings'
    return { problem: { error: (other ?? error).toData(), concerns } }
  }
}

/** What is being examined: the photo, the settings that it shares with others, or whether the two fit each other. */
interface Stage {
  concerns: 'photo' | 'settings' | 'both'
}

async function examine(job: Job, stage: Stage = { concerns: 'settings' }): Promise<PreparedJob> {
  assertUsable(job)
  await assertOutputs(job)
  stage.concerns = 'photo'
  const plan = await planJob(job)
  const loaded = await loadJob(job, plan)
  stage.concerns = 'both'
  for (const [index, { picture, weight }] of loaded.styles.entries())
    if (weight > 0) assertStyleFits(job.styles[index]!.path, picture, { job, plan, layers: loaded.layers })
  stage.concerns = 'settings'
  const { device, notice } = await chooseDevice(job.device)
  for (const path of writtenFiles(job)) await checkFolderOf(path)
  await checkRoom(job.output.path, fileBytes(job, plan))
  return { plan, loaded, device, notices: [notice, plan.notice].filter((message) => message !== null) }
}

/** What no other photo would mend: settings, or one of the other pictures; null where there is no such problem. */
async function problemOfSettings(
  error: PasticheError,
  { styles, initPicture, parameters, weightsPath }: Job,
): Promise<PasticheError | null> {
  if (errorCatalogue[error.code].kind !== 'input') return error
  const others = [...styles, ...(initPicture === null ? [] : [{ path: initPicture, edit: undefined }])]
  try {
    for (const { path, edit } of others) await readPicture(path, { maxSidePx: 16, edit })
    await loadWeights(parameters, weightsPath)
    return null
  } catch (thrown) {
    return PasticheError.from(thrown)
  }
}

/**
 * Refuses a style picture that leaves no feature at the deepest tap of some scale.
 *
 * @throws PasticheError `picture-too-small`
 */
function assertStyleFits(
  path: string,
  picture: Size,
  { job: { parameters }, plan, layers }: { job: Job; plan: Plan; layers: readonly Layer[] },
): void {
  const { px, tap } = smallestSidePx(layers, activeTaps(objectiveOptions(parameters), 'style'))
  for (const scale of plan.scales) {
    const { widthPx, heightPx } = styleSize(picture, scale, {
      fit: parameters.styleFit,
      scale: parameters.styleScale,
    })
    if (Math.min(widthPx, heightPx) >= px) continue
    const sides = [picture.widthPx, picture.heightPx]
    const enoughPx = Math.ceil((px * Math.max(...sides)) / Math.min(...sides) / parameters.styleScale)
    throw new PasticheError(
      'picture-too-small',
      `The style picture ${path} is too small for ${tap}: at ${Math.max(scale.widthPx, scale.heightPx)} px it has ${widthPx} × ${heightPx} px, and it needs ${px} × ${px} px.`,
      {
        hint:
          Math.min(...sides) < px
            ? 'Use a larger style picture.'
            : `Use a style picture that is less narrow, or paint at ${enoughPx} px and more (--size and --coarsest).`,
      },
    )
  }
}

function assertUsable({ styles, initPicture, output, parameters }: Job): void {
  const usesStyle = activeTaps(objectiveOptions(parameters), 'style').length > 0
  if (usesStyle && !styles.some(({ weight }) => weight > 0))
    throw new PasticheError('invalid-request', 'No style picture has a weight above 0.', {
      hint: 'Name one with --style, or set --style-weight 0 to reconstruct the photo alone.',
    })
  if (parameters.init === 'style' && styles.length === 0)
    throw new PasticheError('invalid-request', 'There is no style picture to start from.')
  if (parameters.init === 'picture' && !initPicture)
    throw new PasticheError('invalid-request', 'There is no picture to start from.')
  outputFormat(output.path, output.bitDepth)
}

/** Files in the folders that a job writes to, so that these can be tried. */
function writtenFiles({ output, preview }: Job): string[] {
  return [output.path, ...(preview?.folder ? [join(preview.folder, 'step-000001.png')] : [])]
}

/**
 * Nothing that a job writes may be what it is made from, or another of its files.
 *
 * @throws PasticheError `output-is-input`, `output-not-writable`, `invalid-request`
 */
async function assertOutputs(job: Job): Promise<void> {
  const { content, styles, initPicture, weightsPath, output, checkpoint, preview } = job
  const inputs = [content, ...styles.map(({ path }) => path), initPicture, weightsPath].filter(
    (path) => path !== null,
  )
  if (output.placing !== 'new') {
    await assertNotSameFile(output.path, inputs)
    await checkReplaceable(output.path)
  }
  if (checkpoint !== null)
    for (const path of [checkpoint.path, `${checkpoint.path}.part`]) await assertNotSameFile(path, inputs)
  if (preview?.folder) await assertPreviews(preview.folder, output.path, inputs)
}

async function assertPreviews(folder: string, output: string, inputs: readonly string[]): Promise<void> {
  for (const path of await previewsIn(folder)) await assertNotSameFile(path, inputs)
  const [previews, result] = [folder, output].map((path) => foldFileName(resolve(path))) as [string, string]
  if (dirname(result) === previews && isPreviewName(result))
    throw new PasticheError('invalid-request', `${output} has the name of a preview in the same folder.`, {
      hint: 'Choose another name for the result, or another folder with --preview-dir.',
    })
  if (`${previews}${sep}`.startsWith(`${result}${sep}`))
    throw new PasticheError(
      'invalid-request',
      `${output} is the result and the folder of previews at once.`,
      {
        hint: 'Choose another folder with --preview-dir.',
      },
    )
}

/** What paintings are compressed to at best, of the bytes of their pixels: room for less is sure to end in an error. */
const compressed: Readonly<Record<OutputFormat, number>> = { png: 0.4, tiff: 0.4, jpeg: 0.05, webp: 0.03 }

function fileBytes({ output }: Job, { scales }: Plan): number {
  const { widthPx, heightPx } = scales.at(-1)!
  const share = compressed[outputFormat(output.path, output.bitDepth)]
  return Math.round((share * 3 * widthPx * heightPx * output.bitDepth) / 8)
}
