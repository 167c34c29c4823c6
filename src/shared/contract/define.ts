import type { z } from 'zod'

export interface MethodSpec {
  readonly input: z.ZodType
  readonly output: z.ZodType
}

/** Messages between two processes. The types of both sides are inferred from it; the receiver parses. */
export interface Contract {
  readonly methods: Readonly<Record<string, MethodSpec>>
  readonly events: Readonly<Record<string, z.ZodType>>
}

export function defineContract<C extends Contract>(contract: C): C {
  return contract
}

export type MethodName<C extends Contract> = keyof C['methods'] & string
export type EventName<C extends Contract> = keyof C['events'] & string
export type Input<C extends Contract, M extends MethodName<C>> = z.infer<C['methods'][M]['input']>
export type Output<C extends Contract, M extends MethodName<C>> = z.infer<C['methods'][M]['output']>
export type EventData<C extends Contract, E extends EventName<C>> = z.infer<C['events'][E]>
/** Each event with its data, as `Topics` takes them. */
export type EventsOf<C extends Contract> = { readonly [E in EventName<C>]: EventData<C, E> }
