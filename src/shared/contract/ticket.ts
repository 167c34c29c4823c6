import { z } from 'zod'

/**
 * Stands for a file in what a page says and hears: 128 random bits in base64url. No path ever comes from page code. The
 * same file keeps its ticket until the app ends.
 */
export const ticket = z
  .string()
  .regex(/^[A-Za-z0-9_-]{22}$/, { error: 'a ticket that this studio has given' })
export type Ticket = z.infer<typeof ticket>
