import { PasticheError } from '../shared/errors.ts'
import type { ErrorCode } from '../shared/errors.ts'

/** Explains an operating system's error about files that Pastiche keeps for itself, outside the user's output folders. */
export function fileProblem(thrown: unknown, what: string): PasticheError {
  if (thrown instanceof PasticheError) return thrown
  const { code, message } = thrown as NodeJS.ErrnoException
  const isFull = code === 'ENOSPC' || code === 'EDQUOT'
  const kind: ErrorCode = isFull ? 'disk-full' : 'output-not-writable'
  const hint = isFull ? 'Free some space and try again.' : 'Check the permissions of the folder.'
  return new PasticheError(kind, `${what}: ${message}.`, { hint, cause: thrown })
}
