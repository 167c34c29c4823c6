import { z } from 'zod'
import { slots, type Slot } from '../methods/define-method.ts'
import { methods, type Methods } from '../methods/index.ts'
import { errorData } from '../errors.ts'
import { deviceId } from './device.ts'

export const filePath = z.string().min(1).max(4096)
export const jobId = z.string().min(1).max(64)

const fraction = z.number().min(0).max(1)

/** How a picture is turned and cropped before it is used. */
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

/** A file that a job is made from. The host knows where it lies: the engine gets its path. */
export const asset = z.strictObject({ path: filePath })

export const jobInput = z.strictObject({
  slot: z.enum(slots),
  asset,
  /** For pictures only. */
  edit: pictureEdit.prefault({}),
  /** Among the inputs of one slot. */
  weight: z.number().min(0).max(1e6).default(1),
})
export type JobInput = z.infer<typeof jobInput>

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

const output = outputOptions.extend({
  /**
   * Decides about a file that has the name already. `new`: it stays, and the picture gets the next free number. `overwrite`:
   * a finished picture replaces it. `own`: the name is the caller's alone. Unfinished pictures get a name of their own, unless
   * `own`.
   */
  placing: z.enum(['new', 'overwrite', 'own']).default('own'),
  /** Folders that keep the picture where the path cannot be written any more, best first. */
  fallbackFolders: z.array(filePath).max(4).default([]),
})

const resources = z.strictObject({
  device: deviceId.default('auto'),
  /** 0: as many as the machine has cores. */
  threads: z.number().int().min(0).max(256).default(0),
  /** Off: memory is taken piece by piece, as much as is needed and no more; slower. */
  arena: z.boolean().default(true),
})

const previewOptions = z.strictObject({
  /** Steps between two previews. */
  everySteps: z.number().int().min(1).max(100_000),
  /** Folder for numbered PNG files; null sends small WebP images as events instead. */
  folder: filePath.nullable().default(null),
})

const checkpointOptions = z.strictObject({
  path: filePath,
  /** The least time between two of them; pauses and changes of scale count besides. */
  everyMs: z.number().int().min(0).max(86_400_000).default(30_000),
  /**
   * `exact`: continues from it, to the same bytes on a CPU. `adapted`: from that of the same job before it was degraded.
   * `no`: starts over.
   */
  resume: z.enum(['no', 'exact', 'adapted']).default('no'),
})

/**
 * Everything that decides a picture: with the files and the device, a job is a pure function of it.
 *
 * @param set the methods that there are: those of Pastiche, or others in tests
 */
export function jobSpecOf({ spec, slotsOf }: Pick<Methods, 'spec' | 'slotsOf'>) {
  return z
    .strictObject({
      method: spec,
      inputs: z.array(jobInput).max(64),
      output,
      resources: resources.prefault({}),
      preview: previewOptions.nullable().default(null),
      /** Place where the job is saved on the way, so that it can continue after a crash; null: nowhere. */
      checkpoint: checkpointOptions.nullable().default(null),
    })
    .superRefine(({ method, inputs }, context) => {
      const counts = slotsOf(method.id)
      for (const slot of slots) {
        const { least, most } = counts[slot] ?? { least: 0, most: 0 }
        const count = inputs.filter((input) => input.slot === slot).length
        if (count >= least && count <= most) continue
        const allowed = least === most ? String(least) : `${least} to ${most}`
        context.addIssue({ code: 'custom', message: `${allowed} of ${slot}`, path: ['inputs'], input: count })
      }
    })
}

export const jobSpec = jobSpecOf(methods)
export type JobSpec = z.infer<typeof jobSpec>

/** The inputs of a slot, in their order. */
export function inputsOf({ inputs }: Pick<JobSpec, 'inputs'>, slot: Slot): JobInput[] {
  return inputs.filter((input) => input.slot === slot)
}

/** The first input of a slot. */
export function inputOf(job: Pick<JobSpec, 'inputs'>, slot: Slot): JobInput | null {
  return inputsOf(job, slot)[0] ?? null
}

/** The photo: every method has one. */
export function contentPath(job: Pick<JobSpec, 'inputs'>): string {
  return inputOf(job, 'content')!.asset.path
}

export function planOf({ plan }: Pick<Methods, 'plan'>) {
  return z.object({
    /** The size of the result. */
    widthPx: z.number().int(),
    heightPx: z.number().int(),
    totalSteps: z.number().int(),
    /** Estimated floating-point operations of all steps, and of the longest. */
    totalFlop: z.number(),
    longestStepFlop: z.number(),
    /** Estimated, of the engine. */
    peakMemoryBytes: z.number(),
    /** Says how the plan differs from the request; null: not at all. */
    notice: z.string().nullable(),
    detail: plan,
  })
}
export const plan = planOf(methods)
export type Plan = z.infer<typeof plan>

export function progressOf({ progress }: Pick<Methods, 'progress'>) {
  return z.object({
    jobId,
    /** How much of the work is done. A step at a large scale is more work than one at a small scale. */
    part: fraction,
    elapsedMs: z.number(),
    /** Estimated from the cost of the steps that are left; null until a step was measured. */
    remainingMs: z.number().nullable(),
    detail: progress,
  })
}
export const progress = progressOf(methods)
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

/** A file that a job has made. */
export const jobOutput = z.object({
  kind: z.enum(['picture']),
  path: filePath,
  widthPx: z.number(),
  heightPx: z.number(),
})
export type JobOutput = z.infer<typeof jobOutput>

export const outcome = z.discriminatedUnion('state', [
  z.object({ state: z.literal('done'), outputs: z.array(jobOutput), elapsedMs: z.number() }),
  /** `outputs`: the unfinished picture; none where nothing was painted yet. */
  z.object({ state: z.literal('stopped'), outputs: z.array(jobOutput), elapsedMs: z.number() }),
  /** Saved to its checkpoint, to go on another time; there is no picture. */
  z.object({ state: z.literal('suspended'), outputs: z.array(jobOutput).max(0).default([]) }),
  /** `outputs`: the last good canvas, if anything was painted. */
  z.object({ state: z.literal('failed'), error: errorData, outputs: z.array(jobOutput) }),
])
export type Outcome = z.infer<typeof outcome>

/** Path of a job's picture; null where there is none. */
export function picturePath({ outputs }: Pick<Outcome, 'outputs'>): string | null {
  return outputs[0]?.path ?? null
}

/** Commands that a person gives. */
const personsCommandsOf = ({ steering }: Pick<Methods, 'steering'>) =>
  [
    z.strictObject({ kind: z.literal('pause') }),
    z.strictObject({ kind: z.literal('resume') }),
    /** Ends the job after the step in hand and saves the picture. */
    z.strictObject({ kind: z.literal('stop') }),
    /** Changes live parameters from the next step on. */
    z.strictObject({ kind: z.literal('steer'), steering }),
  ] as const

export const personsCommand = z.discriminatedUnion('kind', personsCommandsOf(methods))
export type PersonsCommand = z.infer<typeof personsCommand>

export function commandOf(set: Pick<Methods, 'steering'>) {
  return z.discriminatedUnion('kind', [
    ...personsCommandsOf(set),
    /** Ends the job after the step in hand and saves it to its checkpoint; one that has none is stopped. */
    z.strictObject({ kind: z.literal('suspend') }),
    /** Sends small previews, at most one in so many milliseconds and one at once; null: none any more. */
    z.strictObject({ kind: z.literal('watch'), everyMs: z.number().int().min(100).max(60_000).nullable() }),
  ])
}
export const command = commandOf(methods)
export type Command = z.infer<typeof command>
