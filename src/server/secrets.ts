import { createHash, timingSafeEqual } from 'node:crypto'

/** SHA-256 of a secret. Only this is kept, and compared with guesses. */
export function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/**
 * The entry whose secret this is. All are compared, each in constant time: how long a refusal takes must not tell how much of a
 * guess was right.
 */
export function findSecret<T extends { readonly hash: Buffer }>(all: Iterable<T>, guess: string): T | null {
  const hash = digest(guess)
  let found: T | null = null
  for (const entry of all) if (timingSafeEqual(entry.hash, hash)) found = entry
  return found
}
