import { z } from 'zod'

/** Parts that a file can play in a job. */
export const slots = ['content', 'style', 'start', 'network'] as const
export type Slot = (typeof slots)[number]

/** How many files a method takes in a slot; a slot that is not named takes none. */
export type SlotCounts = Readonly<Partial<Record<Slot, { readonly least: number; readonly most: number }>>>

interface MethodParts<
  Id extends string,
  Parameters extends z.ZodType,
  Live extends z.ZodType,
  PlanShape extends z.ZodRawShape,
  ProgressShape extends z.ZodRawShape,
> {
  readonly id: Id
  readonly slots: SlotCounts
  readonly parameters: Parameters
  /** Parameters that may change between two steps. */
  readonly live: Live
  /** Fields that a plan of this method has beyond those of every plan. */
  readonly plan: PlanShape
  /** The same of a report of progress. */
  readonly progress: ProgressShape
}

/**
 * Describes a method of making pictures to the application: everything but how it makes them, which is a folder of the engine. The
 * schemas are members of unions over all methods, told apart by the method's id.
 */
export function defineMethod<
  const Id extends string,
  Parameters extends z.ZodType,
  Live extends z.ZodType,
  PlanShape extends z.ZodRawShape,
  ProgressShape extends z.ZodRawShape,
>({
  id,
  slots,
  parameters,
  live,
  plan,
  progress,
}: MethodParts<Id, Parameters, Live, PlanShape, ProgressShape>) {
  const method = z.literal(id)
  return {
    id,
    slots,
    parameters,
    /** The method of a job. */
    spec: z.strictObject({ id: method, parameters }),
    /** A change of a job at work. */
    steering: z.strictObject({ method, parameters: live }),
    plan: z.object({ method, ...plan }),
    progress: z.object({ method, ...progress }),
  }
}
