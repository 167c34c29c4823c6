import { z } from 'zod'
import { errorData } from '../errors.ts'
import { defineContract } from './define.ts'
import { modelManifest, weightFamily, weightsFacts } from './models.ts'
import { networkId, parameters, partialParameters, type Parameters } from './parameters.ts'

/** Bumped with every change that an older other side would misread. */
export const engineProtocolVersion = 1

const filePath = z.string().min(1).max(4096)
const jobId = z.string().min(1).max(64)

export const deviceIds = ['auto', 'cpu', 'webgpu', 'cuda', 'directml', 'coreml'] as const
export const deviceId = z.enum(deviceIds)
export type DeviceId = z.infer<typeof deviceId>
export type ConcreteDeviceId = Exclude<DeviceId, 'auto'>

export const deviceInfo = z.object({
  id: deviceId.exclude(['auto']),
  name: z.string(),
  /** True if a small probe graph ran on it, with the right answer. */
  usable: z.boolean(),
  /** One sentence: why it is not usable, or what is worth knowing. */
  note: z.string(),
})
export type DeviceInfo = z.infer<typeof deviceInfo>

/** Something of the system that a device cannot do without. */
export const deviceNeed = z.object({
  what: z.string(),
  isMet: z.boolean(),
  /** Finding: a version, a file, or the missing part. */
  found: z.string(),
})
export type DeviceNeed = z.infer<typeof deviceNeed>

export const deviceReport = deviceInfo.extend({
  /** Requirements of an unusable device; empty if nothing could be installed. */
  needs: z.array(deviceNeed),
})
export type DeviceReport = z.infer<typeof deviceReport>

export const pictureFormats = ['png', 'jpeg', 'webp', 'tiff'] as const
export const outputOptions = z.strictObject({
  path: filePath,
  quality: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(92)
    .meta({ title: 'Quality', help: 'For JPEG and WebP.' }),
  bitDepth: z
    .literal([8, 16])
    .default(8)
    .meta({ title: 'Bit depth', help: 'Bits per channel. 16 needs PNG or TIFF.' }),
  keepGps: z.boolean().default(false).meta({ title: 'Keep GPS', help: 'Keep where the photo was taken.' }),
})
export type OutputOptions = z.infer<typeof outputOptions>

const fraction = z.number().min(0).max(1)
/** Rotation and crop of a style picture before its style is measured. */
export const pictureEdit = z.strictObject({
  /** Clockwise, after the picture was set upright. */
  quarterTurns: z.number().int().min(0).max(3).default(0),
  /** The part that is kept, in fractions of the turned picture; null for all of it. */
  crop: z
    .strictObject({
      left: fraction,
      top: fraction,
      width: fraction.refine((width) => width > 0, { error: 'above 0' }),
      height: fraction.refine((height) => height > 0, { error: 'above 0' }),
    })
    .refine(({ left, top, width, height }) => left + width <= 1.0001 && top + height <= 1.0001, {
      error: 'inside the picture',
    })
    .nullable()
    .default(null),
})
export type PictureEdit = z.infer<typeof pictureEdit>

/** Everything that decides a picture: with the weights and the device, the run is a pure function of it. */
export const job = z.strictObject({
  content: filePath,
  styles: z
    .array(
      z.strictObject({
        path: filePath,
        weight: z.number().min(0).max(1e6).default(1),
        edit: pictureEdit.prefault({}),
      }),
    )
    .min(0)
    .max(16),
  /** The start picture, where `parameters.init` is `picture`. */
  initPicture: filePath.nullable().default(null),
  output: outputOptions.extend({
    /**
     * Treatment of an existing file of the same name. `new`: it stays, and the picture gets the next free number. `overwrite`:
     * a finished picture replaces it. `own`: the name is the caller's alone. Unfinished pictures get a name of their own, unless
     * `own`.
     */
    placing: z.enum(['new', 'overwrite', 'own']).default('own'),
  }),
  parameters,
  device: deviceId.default('auto'),
  /** 0: as many as the machine has cores. */
  threads: z.number().int().min(0).max(256).default(0),
  /** The network's weights: a canonical file, or that of compact. */
  weightsPath: filePath.nullable().default(null),
  preview: z
    .strictObject({
      /** Steps between two previews. */
      everySteps: z.number().int().min(1).max(100_000),
      /** Folder for numbered PNG files; null sends small WebP images as events instead. */
      folder: filePath.nullable().default(null),
    })
    .nullable()
    .default(null),
  /** File that the run is saved to, so that it can resume after a crash; null: none. */
  checkpoint: z
    .strictObject({
      path: filePath,
      /** The least time between two of them; pauses and changes of scale count besides. */
      everyMs: z.number().int().min(0).max(86_400_000).default(30_000),
      /**
       * `exact`: resumes from it, to the same bytes on a CPU. `adapted`: from that of the same job before it was made gentler.
       * `no`: ignores it.
       */
      resume: z.enum(['no', 'exact', 'adapted']).default('no'),
    })
    .nullable()
    .default(null),
  /** Off: memory is taken piece by piece, as much as is needed and no more; slower. */
  arena: z.boolean().default(true),
  /** Folders that keep the picture where the output cannot be written any more, best first. */
  refuges: z.array(filePath).max(4).default([]),
})
export type Job = z.infer<typeof job>

/** The weights of a run that may change between two steps; what a change leaves out stays as it is. */
export const liveWeights = partialParameters.pick({
  contentWeight: true,
  styleWeight: true,
  tvWeight: true,
  contentLayers: true,
  styleLayers: true,
})
export type LiveWeights = z.infer<typeof liveWeights>

/** The values of all live sliders, as a job's parameters have them. */
export function slidersOf(parameters: Parameters): LiveWeights {
  return liveWeights.parse(
    Object.fromEntries(Object.entries(parameters).filter(([name]) => Object.hasOwn(liveWeights.shape, name))),
  )
}

export const plan = z.object({
  scales: z.array(
    z.object({
      widthPx: z.number().int(),
      heightPx: z.number().int(),
      steps: z.number().int(),
      /** Estimated floating-point operations of one step. */
      stepFlop: z.number(),
      /** Estimated peak memory of the engine at this scale. */
      memoryBytes: z.number(),
    }),
  ),
  totalFlop: z.number(),
  peakMemoryBytes: z.number(),
  /** Difference from the request; null if there is none. */
  notice: z.string().nullable(),
})
export type Plan = z.infer<typeof plan>

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

export const lossParts = z.object({
  total: z.number(),
  content: z.number(),
  style: z.number(),
  variation: z.number(),
  /** Each weighted layer's share, by tap name, prefixed `content/` or `style/`. */
  layers: z.record(z.string(), z.number()),
})
export type LossParts = z.infer<typeof lossParts>

export const progress = z.object({
  jobId,
  scale: z.object({
    index: z.number().int(),
    count: z.number().int(),
    widthPx: z.number(),
    heightPx: z.number(),
  }),
  /** Steps done at this scale, and in all. */
  step: z.number().int(),
  steps: z.number().int(),
  totalStep: z.number().int(),
  totalSteps: z.number().int(),
  /** How much of the work is done. A step at a large scale is more work than one at a small scale. */
  part: fraction,
  loss: lossParts,
  elapsedMs: z.number(),
  /** Estimated from the cost of the steps that are left; null until a step was measured. */
  remainingMs: z.number().nullable(),
})
export type Progress = z.infer<typeof progress>

export const preview = z.object({
  jobId,
  totalStep: z.number().int(),
  widthPx: z.number().int(),
  heightPx: z.number().int(),
  /** A WebP picture in base64, or null where it went to a file. */
  webpBase64: z.string().nullable(),
  path: filePath.nullable(),
})
export type Preview = z.infer<typeof preview>

export const outcome = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('done'),
    path: filePath,
    widthPx: z.number(),
    heightPx: z.number(),
    elapsedMs: z.number(),
  }),
  /** `path`: where the unfinished picture is; null where nothing was painted yet. */
  z.object({
    state: z.literal('stopped'),
    path: filePath.nullable(),
    widthPx: z.number(),
    heightPx: z.number(),
    elapsedMs: z.number(),
  }),
  /** Saved to its checkpoint, to resume later; there is no picture. */
  z.object({ state: z.literal('suspended') }),
  /** `path`: where the last good canvas was kept, if anything was painted. */
  z.object({ state: z.literal('failed'), error: errorData, path: filePath.nullable() }),
])
export type Outcome = z.infer<typeof outcome>

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

/** host ↔ worker. A job's method calls return at once; what happens to it comes as events, `ended` exactly once. */
export const engineContract = defineContract({
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
            /** Input that would have to change; `both`: another photo, or another style or size. */
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
        /** Steps done before, if it resumes from a checkpoint. */
        resumedFrom: z.number().int().nullable(),
      }),
    },
    pause: { input: z.strictObject({ jobId }), output: z.null() },
    resume: { input: z.strictObject({ jobId }), output: z.null() },
    /** Ends the job after the step in hand and saves the canvas. */
    stop: { input: z.strictObject({ jobId }), output: z.null() },
    /** Ends the job after the step in hand and saves it to its checkpoint; one that has none is stopped. */
    suspend: { input: z.strictObject({ jobId }), output: z.null() },
    /** Writes the picture of a checkpoint, for a job that will not resume. */
    saveCheckpoint: {
      input: z.strictObject({ job }),
      output: z.object({ path: filePath, widthPx: z.number().int(), heightPx: z.number().int() }),
    },
    setWeights: { input: z.strictObject({ jobId, weights: liveWeights }), output: z.null() },
    /** Sends small previews of a job, at most one in so many milliseconds and one at once; null: none any more. */
    watch: {
      input: z.strictObject({ jobId, everyMs: z.number().int().min(100).max(60_000).nullable() }),
      output: z.null(),
    },
    /** Facts from a picture's header alone; its size is that of the upright picture. */
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
      input: z.strictObject({ folder: filePath, parameters, weightsPath: filePath.nullable().default(null) }),
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
    progress,
    preview,
    /** Something worth telling that is not an error: a fallback to another device, a smaller scale. */
    notice: z.object({ jobId: jobId.nullable(), message: z.string() }),
    ended: z.object({ jobId, outcome }),
    /** Sent each second that the event loop of the worker turns; a step of the run blocks it. */
    heartbeat: z.object({}),
  },
})
export type EngineContract = typeof engineContract
export { networkId }
