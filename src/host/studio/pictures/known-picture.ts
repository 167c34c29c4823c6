import { z } from 'zod'
import { picture, type Picture } from '../../../shared/contract/studio.ts'
import type { Tickets } from '../tickets.ts'

/** A picture as the host remembers it: with its path, which no page is told. */
export const knownPicture = picture.omit({ ticket: true }).extend({ path: z.string().min(1).max(4096) })
export type KnownPicture = z.infer<typeof knownPicture>

export function toPicture({ path, ...facts }: KnownPicture, tickets: Tickets): Picture {
  return { ...facts, ticket: tickets.give({ path, name: facts.name }) }
}
