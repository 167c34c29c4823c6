import { z } from 'zod'
import { errorData } from '../errors.ts'

/** Bumped with every change of the envelope that an older other side would misread. */
export const envelopeVersion = 1

/** Ids of calls count up from 1 on each line, so that a repeated one is seen without remembering them all. */
const callId = z.number().int().min(1)
/** Parsed by the method's or event's own schema. JSON leaves `undefined` out. */
const payload = z.unknown().optional()
const name = z.string().max(64)

/**
 * The messages on a line. Both sides open with `hello`. A client says `call` and `cancel`; a server answers each
 * call with `ok` or `err`, once, and tells events with `ev`. `err` with a null id answers what was no readable call.
 */
export const envelope = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('hello'), v: z.number().int() }),
  z.strictObject({ t: z.literal('call'), id: callId, m: name, a: payload }),
  z.strictObject({ t: z.literal('cancel'), id: callId }),
  z.strictObject({ t: z.literal('ok'), id: callId, r: payload }),
  z.strictObject({ t: z.literal('err'), id: callId.nullable(), e: errorData }),
  z.strictObject({ t: z.literal('ev'), ev: name, seq: z.number().int().min(1), d: payload }),
])
export type Envelope = z.infer<typeof envelope>

/** The call a malformed message most likely belongs to, or null. */
export function readableCallId(message: unknown): number | null {
  if (typeof message !== 'object' || message === null || !Object.hasOwn(message, 'id')) return null
  return callId.safeParse((message as { id: unknown }).id).data ?? null
}
