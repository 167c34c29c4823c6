import { z } from 'zod'
import { networkId } from './parameters.ts'

/** Networks whose weights are published by others: they are downloaded or imported, never shipped in the source. */
export const publishedNetworkId = networkId.exclude(['builtin'])
export type PublishedNetworkId = z.infer<typeof publishedNetworkId>

/** What a network expects its input to be: `caffe` BGR in 0–255 minus the mean, `torchvision` RGB by mean and deviation. */
export const weightFamilies = ['caffe', 'torchvision'] as const
export const weightFamily = z.enum(weightFamilies)
export type WeightFamily = z.infer<typeof weightFamily>

export const weightFormats = ['keras-h5', 'safetensors', 'torch-zip', 'torch-legacy', 'onnx'] as const
export const weightFormat = z.enum(weightFormats)
export type WeightFormat = z.infer<typeof weightFormat>

const hex = (digits: number): z.ZodString => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`))

/** One published weights file: where it is, how it is known again, and whom to thank. */
export const modelEntry = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/)
      .max(64),
    name: z.string().min(1).max(100),
    network: publishedNetworkId,
    family: weightFamily,
    format: weightFormat,
    /** Where it can be downloaded, best first; empty: for import only. */
    urls: z.array(z.url({ protocol: /^https?$/ })).max(8),
    /** Size of the file; null where its publisher does not say. */
    bytes: z.number().int().positive().nullable(),
    sha256: hex(64).optional(),
    /** Only where its publisher gives no SHA-256. */
    md5: hex(32).optional(),
    /** The start of the SHA-256, where no more of it is known: tells the family, never verifies. */
    sha256Prefix: hex(8).optional(),
    /** The download that is offered first for its network. */
    recommended: z.boolean().default(false),
    licence: z.strictObject({ name: z.string().min(1), url: z.url() }),
    attribution: z.string().min(1),
  })
  .refine((entry) => entry.urls.length === 0 || entry.sha256 !== undefined || entry.md5 !== undefined, {
    error: 'Expected a sha256 or md5 of a file that can be downloaded, received none.',
  })
export type ModelEntry = z.infer<typeof modelEntry>

/** `resources/models.json`. */
export const modelManifest = z
  .strictObject({ schema: z.literal(1), models: z.array(modelEntry) })
  .refine(({ models }) => new Set(models.map(({ id }) => id)).size === models.length, {
    error: 'Expected each model id once.',
  })
export type ModelManifest = z.infer<typeof modelManifest>
