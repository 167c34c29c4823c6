import { z } from 'zod'
import { networkId } from './parameters.ts'

/** Networks whose weights are published by others: they are downloaded or imported. */
export const publishedNetworkId = networkId.exclude(['compact'])
export type PublishedNetworkId = z.infer<typeof publishedNetworkId>

/** Preprocessing that a network expects: `caffe` BGR in 0–255 minus the mean, `torchvision` RGB by mean and deviation. */
export const weightFamilies = ['caffe', 'torchvision'] as const
export const weightFamily = z.enum(weightFamilies)
export type WeightFamily = z.infer<typeof weightFamily>

export const weightFormats = [
  'keras-h5',
  'keras-zip',
  'safetensors',
  'torch-zip',
  'torch-legacy',
  'onnx',
] as const
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
    /** Download addresses, best first; empty: for import only. */
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
    error: 'A model that can be downloaded needs a sha256 or md5 checksum.',
  })
export type ModelEntry = z.infer<typeof modelEntry>

/** `resources/models.json`. */
export const modelManifest = z
  .strictObject({ schema: z.literal(1), models: z.array(modelEntry) })
  .refine(({ models }) => new Set(models.map(({ id }) => id)).size === models.length, {
    error: 'Two models have the same id.',
  })
export type ModelManifest = z.infer<typeof modelManifest>

/** Facts about weights that Pastiche can run, from a file that was read or is in the store. */
export const weightsFacts = z.object({
  network: publishedNetworkId,
  family: weightFamily,
  /** For recipes and reports: "VGG19 (Keras, convolutions only)". */
  origin: z.string(),
  /** True if the file they were read from is a published one, by its checksum. */
  verified: z.boolean(),
  /** SHA-256 of the file they were read from. */
  sourceSha256: hex(64),
  /** SHA-256 of the numbers alone: equal for equal weights in any file. */
  dataSha256: hex(64),
  /** Convolutions from the first on, where the network was cut; absent: all of them. */
  convolutions: z.number().int().min(1).optional(),
})
export type WeightsFacts = z.infer<typeof weightsFacts>

/** Header of a file in the store (safetensors allows text only), readable without the tensors. */
export const canonicalMetadata = z.object({
  format: z.literal('pastiche'),
  schema: z.literal('1'),
  network: publishedNetworkId,
  family: weightFamily,
  origin: z.string().max(200),
  source_sha256: hex(64),
  verified: z.enum(['true', 'false']),
  data_sha256: hex(64),
  convolutions: z
    .string()
    .regex(/^[1-9]\d?$/)
    .optional(),
})
export type CanonicalMetadata = z.infer<typeof canonicalMetadata>

/** A canonical file's metadata in our own words. */
export function factsOfMetadata(metadata: CanonicalMetadata): WeightsFacts {
  const { network, family, origin, verified, source_sha256, data_sha256, convolutions } = metadata
  const checksums = { sourceSha256: source_sha256, dataSha256: data_sha256 }
  const cut = convolutions === undefined ? {} : { convolutions: Number(convolutions) }
  return { network, family, origin, verified: verified === 'true', ...checksums, ...cut }
}
