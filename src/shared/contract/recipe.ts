import { z } from 'zod'
import { deviceId } from './device.ts'
import { liveWeights } from '../methods/optimise.ts'
import { pictureEdit } from './job.ts'
import { networkId, parameters } from './parameters.ts'
import { presetName } from './preset.ts'
import { ticket } from './ticket.ts'

/** A picture that went into a result, as far as it can be told without its path. */
export const sourcePicture = z.object({
  name: z.string().max(255),
  widthPx: z.number().int(),
  heightPx: z.number().int(),
  /** SHA-256 of the file, so that a moved or changed picture is recognised. */
  sha256: z.string(),
})
export type SourcePicture = z.infer<typeof sourcePicture>

/** Everything that made a result: who has the same pictures and weights paints the same picture again, to the byte on a CPU. */
export const recipe = z.object({
  schema: z.number().int().min(1),
  appVersion: z.string(),
  /** When the job ended, ISO 8601. */
  createdAt: z.iso.datetime(),
  content: sourcePicture,
  styles: z.array(z.object({ picture: sourcePicture, weight: z.number(), edit: pictureEdit })),
  initPicture: sourcePicture.nullable(),
  /** The preset that was begun with; `modified` where parameters differ from it. */
  preset: z.object({ name: presetName, modified: z.boolean() }).nullable(),
  parameters,
  /** Sliders that were moved while it was painted, in order. */
  changes: z.array(z.object({ totalStep: z.number().int(), weights: liveWeights })),
  device: z.object({ id: deviceId.exclude(['auto']), name: z.string() }),
  threads: z.number().int(),
  weights: z.object({
    network: networkId,
    /** "VGG19 (Keras, convolutions only)", or "compact". */
    origin: z.string(),
    /** Identifies the numbers; null where the network is gone. */
    dataSha256: z.string().nullable(),
  }),
  /**
   * The network that really painted it, where that no longer exists, with its parameters: `parameters` and `weights` are then those
   * of its successor.
   */
  retired: z
    .object({ network: z.string(), parameters: z.record(z.string(), z.unknown()) })
    .nullable()
    .default(null),
  totalSteps: z.number().int(),
  /** Fewer than `totalSteps` where the job was stopped. */
  doneSteps: z.number().int(),
  elapsedMs: z.number(),
  loss: z
    .object({ total: z.number(), content: z.number(), style: z.number(), variation: z.number() })
    .nullable(),
})
export type Recipe = z.infer<typeof recipe>

export const resultId = z.uuid()

/** A result as the gallery shows it. */
export const galleryEntry = z.object({
  id: resultId,
  name: z.string().min(1).max(200),
  /** `stopped`: kept before its last step. `failed`: the last good canvas of a job that broke. */
  state: z.enum(['done', 'stopped', 'failed']),
  createdAt: z.iso.datetime(),
  widthPx: z.number().int(),
  heightPx: z.number().int(),
  bytes: z.number().int(),
  picture: ticket,
  /** The photo as it was, for the before/after slider; these copies live with the result. */
  content: ticket,
  styles: z.array(ticket),
  preset: z.string().nullable(),
  /** The network that painted it; null once that no longer exists. */
  network: networkId.nullable(),
})
export type GalleryEntry = z.infer<typeof galleryEntry>

export const savedFormats = ['png', 'jpeg', 'webp', 'tiff'] as const
/** How a result is handed on. */
export const saveOptions = z.strictObject({
  format: z
    .enum(savedFormats)
    .default('png')
    .meta({ title: 'Format', help: 'PNG and TIFF are lossless; JPEG and WebP are smaller.' }),
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
  keepMetadata: z
    .boolean()
    .default(true)
    .meta({ title: 'Keep metadata', help: 'Camera, lens and date of the photo.' }),
  keepGps: z.boolean().default(false).meta({ title: 'Keep location', help: 'Where the photo was taken.' }),
})
export type SaveOptions = z.infer<typeof saveOptions>
