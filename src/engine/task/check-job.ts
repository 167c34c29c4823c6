import { dirname, join, resolve, sep } from 'node:path'
import type { DeviceInfo } from '../../shared/contract/device.ts'
import type { JobSpec, Plan } from '../../shared/contract/job.ts'
import { errorCatalogue, PasticheError, type ErrorData } from '../../shared/errors.ts'
import { foldFileName } from '../../shared/file-names.ts'
import { outputFormat, type OutputFormat } from '../image/formats.ts'
import {
  assertNotSameFile,
  checkFolderOf,
  checkReplaceable,
  checkRoom,
  prepareFolderOf,
} from '../image/output.ts'
import { methods as allMethods } from '../methods/index.ts'
import type { LoadedJob, Methods } from '../methods/method.ts'
import { chooseDevice } from '../runtime/devices.ts'
import { unfinishedName } from './checkpoint.ts'
import { isPreviewName, previewsIn } from './preview-files.ts'

export interface PreparedJob {
  readonly plan: Plan
  readonly loaded: LoadedJob
  readonly device: DeviceInfo
  /** Sentences worth reading before the first step. */
  readonly notices: readonly string[]
}

/** Plans a job and its cost from the headers of its pictures. */
export function planJob(job: JobSpec, methods: Methods = allMethods): Promise<Plan> {
  return methods[job.method.id].plan(job)
}

/**
 * Finds everything that can be refused, before any time is spent; the folders that the job writes to are there then.
 *
 * @throws PasticheError for parameters, pictures, weights or an output that cannot be used
 */
export async function prepareJob(job: JobSpec, methods: Methods = allMethods): Promise<PreparedJob> {
  const prepared = await examine(job, methods)
  for (const path of writtenFiles(job)) await prepareFolderOf(path)
  return prepared
}

/** As {@link prepareJob}, without leaving anything behind; the answer tells what is wrong. Never throws. */
export async function checkJob(
  job: JobSpec,
  methods: Methods = allMethods,
): Promise<{ problem: { error: ErrorData; concerns: Stage['concerns'] } | null }> {
  const stage: Stage = { concerns: 'settings' }
  try {
    await examine(job, methods, stage)
    return { problem: null }
  } catch (thrown) {
    const error = PasticheError.from(thrown)
    const other = stage.concerns === 'photo' ? await problemOfSettings(error, job, methods) : null
    const concerns = other === null ? stage.concerns : 'settings'
    return { problem: { error: (other ?? error).toData(), concerns } }
  }
}

/** Subject of the check in progress: the photo, the settings that it shares with others, or whether the two fit each other. */
interface Stage {
  concerns: 'photo' | 'settings' | 'both'
}

async function examine(
  job: JobSpec,
  methods: Methods,
  stage: Stage = { concerns: 'settings' },
): Promise<PreparedJob> {
  const method = methods[job.method.id]
  method.assertUsable(job)
  outputFormat(job.output.path, job.output.bitDepth)
  await assertOutputs(job)
  stage.concerns = 'photo'
  const plan = await method.plan(job)
  const loaded = await method.load(job, plan)
  stage.concerns = 'both'
  loaded.assertInputsFit()
  stage.concerns = 'settings'
  const { device, notice } = await chooseDevice(job.resources.device)
  for (const path of writtenFiles(job)) await checkFolderOf(path)
  await checkRoom(job.output.path, fileBytes(job, plan))
  return { plan, loaded, device, notices: [notice, plan.notice].filter((message) => message !== null) }
}

/** A problem that no other photo would solve: settings, or one of the other files; null where there is no such problem. */
async function problemOfSettings(
  error: PasticheError,
  job: JobSpec,
  methods: Methods,
): Promise<PasticheError | null> {
  if (errorCatalogue[error.code].kind !== 'input') return error
  try {
    await methods[job.method.id].checkOtherFiles(job)
    return null
  } catch (thrown) {
    return PasticheError.from(thrown)
  }
}

/** Files in the folders that a job writes to, so that these can be tried. */
function writtenFiles({ output, preview }: JobSpec): string[] {
  return [output.path, ...(preview?.folder ? [join(preview.folder, 'step-000001.png')] : [])]
}

/**
 * Nothing that a job writes may be what it is made from, or another of its files.
 *
 * @throws PasticheError `output-is-input`, `output-not-writable`, `invalid-request`
 */
async function assertOutputs(job: JobSpec): Promise<void> {
  const { output, checkpoint, preview } = job
  const inputs = job.inputs.map(({ asset }) => asset.path)
  if (output.placing !== 'new') {
    await assertNotSameFile(output.path, inputs)
    await checkReplaceable(output.path)
  }
  if (checkpoint !== null)
    for (const path of [checkpoint.path, unfinishedName(checkpoint.path)])
      await assertNotSameFile(path, inputs)
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

/** Size of paintings after the best compression, as a share of the bytes of their pixels: room for less is sure to end in an error. */
const compressed: Readonly<Record<OutputFormat, number>> = { png: 0.4, tiff: 0.4, jpeg: 0.05, webp: 0.03 }

function fileBytes({ output }: JobSpec, { widthPx, heightPx }: Plan): number {
  const share = compressed[outputFormat(output.path, output.bitDepth)]
  return Math.round((share * 3 * widthPx * heightPx * output.bitDepth) / 8)
}
