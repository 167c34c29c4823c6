import { z } from 'zod'
import { defineDocument, type Reading } from '../documents/define-document.ts'
import { describeFailureInside } from '../describe-issue.ts'
import { migrateFirstPreset } from '../documents/first-edition.ts'
import type { Json } from '../documents/merge-changes.ts'
import { PasticheError } from '../errors.ts'
import { weightFamily, type WeightFamily } from './models.ts'
import { networkRecipes, parameters, partialParameters, type PartialParameters } from './parameters.ts'

/** The ending of an exported preset. */
export const presetFileEnding = '.pastiche'

/** Also the name of its file, hence the few characters. */
export const presetId = z
  .string()
  .max(64)
  .refine((id) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(id), { error: 'small letters, digits and single hyphens' })

/** One line in any script. */
export const presetName = z
  .string()
  .min(1)
  .max(100)
  .refine((name) => name.trim() === name && /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u.test(name), {
    error: 'one line that neither begins nor ends with a space',
  })

export const presetDescription = z.string().max(2000)

/** A preset as it is saved. Fields that this version does not know are kept, here and in `parameters`. */
export const presetDocument = defineDocument({
  name: 'preset',
  schema: z.looseObject({
    schema: z.number().int(),
    id: presetId,
    name: presetName,
    description: presetDescription.optional(),
    parameters: z.record(z.string(), z.unknown()),
    /** The network it was made for, where that no longer exists, and its parameters. */
    retired: z.unknown().optional(),
  }),
  migrations: [migrateFirstPreset],
  damagedCode: 'preset-unreadable',
})
export type PresetDocument = ReturnType<typeof presetDocument.read>['value']

export interface Preset {
  readonly id: string
  readonly name: string
  readonly description: string
  /** The family of weights that a published recipe was made with; null where it does not matter. */
  readonly weightFamily: WeightFamily | null
  readonly parameters: PartialParameters
  /** The whole document as read. */
  readonly document: PresetDocument
  /** Notices about unknown parts, one sentence each. */
  readonly notices: readonly string[]
}

/**
 * A preset from parsed JSON. Of a newer one, what can be read is read.
 *
 * @param label what a message calls it
 * @throws PasticheError `preset-unreadable`, `document-newer`
 */
export function readPreset(json: unknown, label = 'This'): Preset {
  return presetOf(presetDocument.read(json, label), label)
}

/** @throws PasticheError `preset-unreadable` */
export function presetOf({ value: document, isNewer }: Reading<PresetDocument>, label: string): Preset {
  const { id, name, description = '' } = document
  const found = readParameters(document.parameters, isNewer, label)
  const family = weightFamily.safeParse(document['weightFamily'])
  return {
    ...{ id, name, description },
    weightFamily: family.success ? family.data : null,
    parameters: found.parameters,
    document,
    notices: noticesOf(document, found),
  }
}

interface FoundParameters {
  readonly parameters: PartialParameters
  /** Names of parameters, or of values of them, that this version does not know. */
  readonly unread: readonly string[]
}

function readParameters(given: Json, isNewer: boolean, label: string): FoundParameters {
  const unread: string[] = []
  const known: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(partialParameters.shape, name)) unread.push(name)
    else if (isNewer && !isReadable(name, value)) unread.push(name)
    else known[name] = value
  }
  const read = partialParameters.safeParse(known)
  if (read.success) return { parameters: read.data, unread }
  const reason = describeFailureInside(read.error, partialParameters, known)
  const cause = read.error
  throw new PasticheError('preset-unreadable', `${label} isn't a valid preset file: ${reason}.`, { cause })
}

function isReadable(name: string, value: unknown): boolean {
  return partialParameters.safeParse({ [name]: value }).success
}

function noticesOf({ name, schema, retired }: PresetDocument, { unread }: FoundParameters): string[] {
  const notices: string[] = []
  if (schema > presetDocument.version)
    notices.push(`The preset "${name}" was saved by a newer Pastiche: it may look different here.`)
  if (retired !== undefined)
    notices.push(
      `The preset "${name}" was made for a network that no longer exists. It uses Compact instead and looks different.`,
    )
  if (unread.length > 0)
    notices.push(
      `Of the preset "${name}", this Pastiche does not understand ${listOf(unread)}: kept, but not used.`,
    )
  return notices
}

const mostListed = 8

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, mostListed).map((name) => (name.length > 40 ? `${name.slice(0, 40)}…` : name))
  const rest = names.length - shown.length
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

/** A preset made here. The fields of `base` that this version does not know go with it. */
export function makePreset(
  { id, name, description, parameters: own }: Pick<Preset, 'id' | 'name' | 'description' | 'parameters'>,
  base: Preset | null = null,
): Preset {
  const unread = Object.entries(base?.document.parameters ?? {}).filter(
    ([key]) => !Object.hasOwn(base?.parameters ?? {}, key),
  )
  // Parameters of one's own are for a network that exists.
  const { retired, ...former } = base?.document ?? {}
  const isSame = own === base?.parameters
  return readPreset({
    ...former,
    ...(isSame && retired !== undefined ? { retired } : {}),
    schema: base?.document.schema ?? presetDocument.version,
    id,
    name,
    description,
    parameters: { ...Object.fromEntries(unread), ...own },
  })
}

const documentOrder = ['schema', 'id', 'name', 'description', 'weightFamily', 'parameters']
const parameterOrder = Object.keys(parameters.shape)

/** The one text of a preset: known fields first and in order, so that what is read and written again is the same, byte for byte. */
export function presetText({ document }: Preset): string {
  const ordered = inOrder(
    { ...document, parameters: inOrder(document.parameters, parameterOrder) },
    documentOrder,
  )
  return `${JSON.stringify(ordered, null, 2)}\n`
}

function inOrder(
  fields: Readonly<Record<string, unknown>>,
  order: readonly string[],
): Record<string, unknown> {
  const known = order.filter((name) => Object.hasOwn(fields, name))
  const others = Object.keys(fields).filter((name) => !order.includes(name))
  return Object.fromEntries([...known, ...others].map((name) => [name, fields[name]]))
}

/**
 * A preset's parameters with one's own on top. A plan of scales that comes from the preset gives way to a size, a number of
 * steps or a coarsest scale of one's own, which would otherwise do nothing.
 */
export function overridePreset(preset: PartialParameters, own: PartialParameters): PartialParameters {
  const replans = own.sizePx !== undefined || own.steps !== undefined || own.coarsestPx !== undefined
  if (!replans || own.scales !== undefined) return { ...preset, ...own }
  const { scales, ...rest } = preset
  return scales === undefined ? { ...rest, ...own } : { ...rest, scales: null, ...own }
}

/**
 * Everything that a partial leaves open but the schema's defaults: the recipe of its network.
 * Whole order: schema's defaults < recipe of the network < preset < own.
 */
export function withNetworkRecipe(partial: PartialParameters): PartialParameters {
  const { network = parameters.shape.network.def.defaultValue } = partial
  return overridePreset(networkRecipes[network], partial)
}
