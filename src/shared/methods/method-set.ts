import { z } from 'zod'
import type { SlotCounts } from './define-method.ts'

/** A method as a set knows it; see `defineMethod`. */
export interface AnyMethod {
  readonly id: string
  readonly slots: SlotCounts
  readonly spec: z.core.$ZodTypeDiscriminable
  readonly steering: z.core.$ZodTypeDiscriminable
  readonly plan: z.core.$ZodTypeDiscriminable
  readonly progress: z.core.$ZodTypeDiscriminable
}

type Schema = 'spec' | 'steering' | 'plan' | 'progress'
type UnionOf<M extends readonly AnyMethod[], S extends Schema, Key extends string> = z.ZodDiscriminatedUnion<
  { -readonly [Index in keyof M]: M[Index][S] & z.core.SomeType },
  Key
>

/** Methods with the unions of their schemas: what a job may be, told apart by the id of its method. */
export function methodSet<const M extends readonly [AnyMethod, ...AnyMethod[]]>(
  members: M,
): {
  readonly slotsOf: (id: string) => SlotCounts
  readonly spec: UnionOf<M, 'spec', 'id'>
  readonly steering: UnionOf<M, 'steering', 'method'>
  readonly plan: UnionOf<M, 'plan', 'method'>
  readonly progress: UnionOf<M, 'progress', 'method'>
} {
  const union = <S extends Schema, Key extends string>(key: Key, schema: S): UnionOf<M, S, Key> =>
    z.discriminatedUnion(
      key,
      members.map((member) => member[schema]) as unknown as UnionOf<M, S, Key>['options'],
    )
  return {
    slotsOf: (id) => members.find((member) => member.id === id)?.slots ?? {},
    spec: union('id', 'spec'),
    steering: union('method', 'steering'),
    plan: union('method', 'plan'),
    progress: union('method', 'progress'),
  }
}
