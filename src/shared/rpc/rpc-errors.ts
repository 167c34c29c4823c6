import { PasticheError } from '../errors.ts'
import { envelopeVersion } from './envelope.ts'

export function malformed(message: string): PasticheError {
  return new PasticheError('malformed-message', message)
}

export function unknownMethod(method: string): PasticheError {
  return new PasticheError('unknown-method', `Expected a known method, received "${method}".`)
}

export function cancelled(method: string): PasticheError {
  return new PasticheError('cancelled', `The call "${method}" was cancelled.`)
}

export function mismatch(version: string): PasticheError {
  return new PasticheError(
    'engine-mismatch',
    `Expected protocol version ${envelopeVersion}, received ${version}.`,
  )
}

/** The reason itself, and which call was left waiting by it. */
export function unanswered(method: string, reason: PasticheError): PasticheError {
  const message = `${reason.message} The call "${method}" was not answered.`
  return new PasticheError(reason.code, message, { hint: reason.hint, cause: reason })
}

/** Why a line is closed: what the line itself says, if it is in our words, or that it was closed. */
export function closedBy(reason: Error | null): PasticheError {
  if (reason instanceof PasticheError) return reason
  const why = reason === null ? '' : ` (${reason.message})`
  return new PasticheError('connection-closed', `The connection was closed${why}.`, {
    cause: reason ?? undefined,
  })
}
