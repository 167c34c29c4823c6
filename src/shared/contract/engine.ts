import { z } from 'zod'
import { errorData } from '../errors.ts'
import { methods, type Methods } from '../methods/index.ts'
import { defineContract } from './define.ts'
import { modelManifest, weightFamily, weightsFacts } from './models.ts'
import { deviceId, deviceInfo, deviceReport } from './device.ts'
import {
  commandOf,
  filePath,
  jobId,
  jobOutput,
  jobSpecOf,
  outcome,
  outputOptions,
  pictureEdit,
  planOf,
  preview,
  progressOf,
} from './job.ts'
import { parameters } from './parameters.ts'

/** Bumped with every change that an older other side would misread. */
export const engineProtocolVersion = 2

/** How fast this machine is with a network on a device, as far as that does not depend on the job. */
export const calibration = z.object({
  /** At two sizes, the smaller first. `setupMs`: once for each scale, before its first step. */
  points: z
    .array(
      z.object({
        stepFlop: z.number().positive(),
        stepMs: z.number().nonnegative(),
        setupMs: z.number().nonnegative(),
      }),
    )
    .length(2),
  /** Nanoseconds for an element of a dot product, of which L-BFGS is made. */
  nsPerElement: z.number().nonnegative(),
})
export type Calibration = z.infer<typeof calibration>

/** A weights file as it was found: `found` is one sentence for people, what it holds and how that is known. */
export const foundWeights = weightsFacts.extend({ found: z.string() })
export type FoundWeights = z.infer<typeof foundWeights>

const weightsQuestion = z.strictObject({
  path: filePath,
  /** The published files that this one may be. */
  manifest: modelManifest,
  /** Preprocessing, if a person knows better than the file. */
  family: weightFamily.nullable().default(null),
})

/**
 * host ↔ worker. Calls about a job return at once; what happens to it comes as events, `ended` exactly once.
 *
 * @param set the methods that there are: those of Pastiche, or others in tests
 */
export function engineContractOf(set: Methods) {
  const [job, plan] = [jobSpecOf(set), planOf(set)]
  return defineContract({
    methods: {
      handshake: {
        input: z.strictObject({}),
        output: z.object({ protocolVersion: z.number(), appVersion: z.string(), runtimeVersion: z.string() }),
      },
      devices: { input: z.strictObject({}), output: z.array(deviceReport) },
      /** The device that a job would run on; `notice` where it is not the one asked for. */
      chooseDevice: {
        input: z.strictObject({ device: deviceId }),
        output: z.object({ device: deviceInfo, notice: z.string().nullable() }),
      },
      plan: { input: job, output: plan },
      /** All that `start` would refuse, found without painting or writing. */
      check: {
        input: job,
        output: z.object({
          problem: z
            .object({
              error: errorData,
              /** The part that would have to change; `both`: another photo, or another style or size. */
              concerns: z.enum(['photo', 'settings', 'both']),
            })
            .nullable(),
        }),
      },
      /** Measures this machine with a few steps of a small job: a second or a few. */
      calibrate: {
        input: z.strictObject({
          parameters,
          device: deviceId.exclude(['auto']),
          threads: z.number().int().min(0).max(256),
        }),
        output: calibration,
      },
      start: {
        input: z.strictObject({ jobId, job }),
        output: z.object({
          plan,
          device: deviceInfo,
          /** The steps that were done before, where it continues from a checkpoint. */
          resumedFrom: z.number().int().nullable(),
        }),
      },
      control: { input: z.strictObject({ jobId, command: commandOf(set) }), output: z.null() },
      /** Writes the picture of a checkpoint, for a job that will not go on. */
      saveCheckpoint: {
        input: z.strictObject({ job }),
        output: jobOutput,
      },
      /** Describes a picture from its header alone; its size is that of the upright picture. */
      inspectPicture: {
        input: z.strictObject({ path: filePath }),
        output: z.object({
          widthPx: z.number().int(),
          heightPx: z.number().int(),
          format: z.string(),
          bytes: z.number().int(),
        }),
      },
      /** Writes a WebP view of a picture, its long side at most `maxSidePx`. */
      renderPicture: {
        input: z.strictObject({
          path: filePath,
          edit: pictureEdit.prefault({}),
          maxSidePx: z.number().int().min(16).max(8192),
          target: z.strictObject({ path: filePath }),
        }),
        output: z.object({ widthPx: z.number().int(), heightPx: z.number().int() }),
      },
      /** Writes a finished picture in another format. */
      savePicture: {
        input: z.strictObject({
          source: filePath,
          output: outputOptions.extend({ keepMetadata: z.boolean().default(true) }),
        }),
        output: z.object({ widthPx: z.number().int(), heightPx: z.number().int(), bytes: z.number().int() }),
      },
      /** Writes `features.onnx` and `gradient.onnx` of these parameters into a folder. */
      exportGraph: {
        input: z.strictObject({
          folder: filePath,
          parameters,
          weightsPath: filePath.nullable().default(null),
        }),
        output: z.object({ paths: z.array(filePath) }),
      },
      /** Reads a weights file of any format, without writing anything. */
      inspectWeights: { input: weightsQuestion, output: foundWeights },
      /** As `inspectWeights`, and writes the canonical file, `<network>.safetensors`, into a folder. */
      importWeights: {
        input: weightsQuestion.extend({ folder: filePath, allowUnverified: z.boolean().default(false) }),
        output: foundWeights.extend({ path: filePath }),
      },
      /** Reads a canonical file and checks all of it. */
      verifyWeights: { input: z.strictObject({ path: filePath }), output: weightsFacts },
    },
    events: {
      progress: progressOf(set),
      preview,
      /** Something worth telling that is not an error: a fallback to another device, a smaller scale. */
      notice: z.object({ jobId: jobId.nullable(), message: z.string() }),
      ended: z.object({ jobId, outcome }),
      /** Sent each second that the event loop of the worker turns; a step of the run blocks it. */
      heartbeat: z.object({}),
    },
  })
}

export const engineContract = engineContractOf(methods)
export type EngineContract = typeof engineContract
