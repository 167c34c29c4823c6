/** Codes of Node and undici in words, as the end of a sentence. */
const meanings: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known (is this computer online?)',
  EAI_AGAIN: 'its name could not be looked up (is this computer online?)',
  ENETUNREACH: 'there is no network',
  EHOSTUNREACH: 'it cannot be reached',
  ECONNREFUSED: 'it refused the connection',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
  ETIMEDOUT: 'it did not answer in time',
  UND_ERR_SOCKET: 'the connection was lost',
  UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'it sent another length than it said',
  UND_ERR_ABORTED: 'the proxy refused the connection',
}

/** Codes of OpenSSL for a certificate that does not hold; asking again would not help. */
const certificateCode = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/

/** Why a request failed, as the end of a sentence: "the connection was lost". */
export function describeNetworkError(thrown: unknown): string {
  const code = codeOf(thrown)
  if (code !== null && certificateCode.test(code)) return `its certificate is not trusted (${code})`
  const meaning = code === null ? undefined : meanings[code]
  if (meaning !== undefined) return meaning
  // An AggregateError of several addresses has no words of its own.
  const message = thrown instanceof Error && thrown.message !== '' ? thrown.message : null
  return message ?? code ?? 'the request failed'
}

/** True if another try at the same address would end the same way. */
export function isHopeless(thrown: unknown): boolean {
  const code = codeOf(thrown)
  return code !== null && (certificateCode.test(code) || code === 'UND_ERR_INVALID_ARG')
}

/** Code of an error or of its cause. */
function codeOf(thrown: unknown): string | null {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
    const { code } = error as NodeJS.ErrnoException
    if (typeof code === 'string') return code
  }
  return null
}
