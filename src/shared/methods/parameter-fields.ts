import { z } from 'zod'
import { scale } from '../contract/parameters.ts'
import { numberLimits, unwrap, type NumberLimits } from '../describe-schema.ts'

/** Heading of parameters without a group. */
const otherGroup = 'More'

/** Metadata of a parameter. Strict, so that a misspelled key is found. */
const fieldMeta = z.strictObject({
  title: z.string().min(1),
  /** One sentence. */
  help: z.string().min(1),
  /** "px", "×"; empty for a plain number. */
  unit: z.string().default(''),
  group: z.string().default(otherGroup),
  /** Parameter of the same group to follow, where the order of the schema is not that of the panel. */
  after: z.string().nullable().default(null),
  /** True for what most people come for. */
  everyday: z.boolean().default(false),
})

/** Metadata of a whole schema: headings in their order. */
const groupMeta = z.object({ groups: z.array(z.string()).default([]) })

type Kind =
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  | { readonly kind: 'switch' }
  | { readonly kind: 'number'; readonly limits: NumberLimits }
  | { readonly kind: 'layers' }
  | { readonly kind: 'scales' }

/** A parameter as every face shows it: the schema decides the kind, and the kind decides the widget. */
export type ParameterField<Name extends string = string> = Readonly<
  Omit<z.infer<typeof fieldMeta>, 'everyday'>
> & {
  readonly name: Name
  readonly isEveryday: boolean
  /** `undefined` where the schema has none. */
  readonly default: unknown
} & Kind

export interface FieldGroup<Name extends string = string> {
  readonly title: string
  readonly fields: readonly ParameterField<Name>[]
}

type NameIn<Shape> = keyof Shape & string

/**
 * Parameters of a schema, each once, in the order of the schema: the one reader of their metadata.
 *
 * @throws Error naming the parameter where its metadata is incomplete, or its kind has no widget
 */
export function parameterFields<Shape extends z.core.$ZodShape>(
  schema: z.ZodObject<Shape>,
): readonly ParameterField<NameIn<Shape>>[] {
  return Object.entries(schema.shape).map(([name, part]) => describeField(name as NameIn<Shape>, part))
}

export function fieldsByName<Shape extends z.core.$ZodShape>(
  schema: z.ZodObject<Shape>,
): { readonly [Name in NameIn<Shape>]: ParameterField<Name> } {
  return Object.fromEntries(parameterFields(schema).map((field) => [field.name, field])) as never
}

/** Parameters of a schema, each once, by heading: the listed headings first, then others as they come, "More" last. */
export function groupFields<Shape extends z.core.$ZodShape>(
  schema: z.ZodObject<Shape>,
): readonly FieldGroup<NameIn<Shape>>[] {
  const fields = parameterFields(schema)
  const listed = groupMeta.parse(schema.meta() ?? {}).groups
  const named = fields.map(({ group }) => group).filter((group) => group !== otherGroup)
  return [...new Set([...listed, ...named, otherGroup])]
    .map((title) => ({ title, fields: arrange(fields.filter(({ group }) => group === title)) }))
    .filter((group) => group.fields.length > 0)
}

function arrange<Field extends ParameterField>(fields: readonly Field[]): readonly Field[] {
  const arranged = fields.filter(({ after }) => after === null)
  for (const field of fields.filter(({ after }) => after !== null)) {
    const place = arranged.findIndex(({ name }) => name === field.after)
    if (place < 0) throw new Error(`${field.name} follows ${field.after}, which is not in ${field.group}.`)
    arranged.splice(place + 1, 0, field)
  }
  return arranged
}

function describeField<Name extends string>(name: Name, schema: z.core.$ZodType): ParameterField<Name> {
  const meta = fieldMeta.safeParse(z.globalRegistry.get(schema))
  if (!meta.success) throw new Error(`The metadata of ${name} is wrong: ${z.prettifyError(meta.error)}`)
  const { everyday, ...texts } = meta.data
  const initial = z.safeParse(schema, undefined).data
  return { name, ...texts, isEveryday: everyday, default: initial, ...kindOf(name, unwrap(schema)) }
}

function kindOf(name: string, schema: z.core.$ZodType): Kind {
  if (schema instanceof z.ZodEnum) return { kind: 'choice', options: schema.options.map(String) }
  if (schema instanceof z.ZodLiteral) return { kind: 'choice', options: [...schema.values].map(String) }
  if (schema instanceof z.ZodBoolean) return { kind: 'switch' }
  if (schema instanceof z.ZodNumber) return { kind: 'number', limits: numberLimits(schema) }
  if (schema instanceof z.ZodRecord && schema.valueType instanceof z.ZodNumber) return { kind: 'layers' }
  if (schema instanceof z.ZodArray && schema.element === scale) return { kind: 'scales' }
  throw new Error(`${name} has a type without a widget: ${schema._zod.def.type}.`)
}
