import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'

/** Status and headers of a response, before its body. `body` must be read or destroyed. */
export interface Answer {
  readonly status: number
  /** Names in lower case; of a header that came more than once, the first. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Readable
}

/** An address that will not give the file, however often it is asked. */
export interface Refusal {
  readonly end: 'refused'
  readonly reason: string
}

export interface RangeRequest {
  /** Offset of the first byte wanted; 0 requests the whole file. */
  readonly offset: number
  /** ETag or date that the rest must belong to. */
  readonly ifRange: string | null
  readonly dispatcher: Dispatcher
  readonly signal: AbortSignal
}

const maxRedirects = 5
const redirects = new Set([301, 302, 303, 307, 308])

/**
 * Asks for a file or its rest. Follows a few redirects, to http and https only and never from https to http.
 * Rejects with what the network throws.
 */
export async function requestFile(address: string, options: RangeRequest): Promise<Answer | Refusal> {
  let url = new URL(address)
  for (let hops = 0; hops <= maxRedirects; hops += 1) {
    const answer = await ask(url, options)
    if (!redirects.has(answer.status)) return answer
    answer.body.destroy()
    const next = nextUrl(url, answer.headers.get('location'))
    if (typeof next === 'string') return { end: 'refused', reason: next }
    url = next
  }
  return { end: 'refused', reason: `it redirects more than ${maxRedirects} times` }
}

function nextUrl(from: URL, location: string | undefined): URL | string {
  if (location === undefined || !URL.canParse(location, from.href)) return 'it redirects to nowhere'
  const to = new URL(location, from)
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return `it redirects to ${to.protocol}`
  if (from.protocol === 'https:' && to.protocol === 'http:') return 'it redirects from https to http'
  if (to.username !== '' || to.password !== '') return 'it redirects to an address with a password'
  return to
}

async function ask(url: URL, { offset, ifRange, dispatcher, signal }: RangeRequest): Promise<Answer> {
  const { request } = await import('undici')
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  const { statusCode, headers, body } = await request(url, {
    dispatcher,
    signal,
    headers: {
      accept: '*/*',
      // A packed body would have other lengths and other ranges than the file.
      'accept-encoding': 'identity',
      'user-agent': 'pastiche',
      // A mirror of one's own may want a name and a password; it alone gets them.
      ...(credentials !== ':' && { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
      ...(offset > 0 && { range: `bytes=${offset}-` }),
      ...(offset > 0 && ifRange !== null && { 'if-range': ifRange }),
    },
  })
  // One that is destroyed before it was read tells so as an error; whoever reads it hears of errors anyway.
  body.on('error', () => undefined)
  return { status: statusCode, headers: flatten(headers), body }
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [name, value] of Object.entries(headers)) {
    const first = Array.isArray(value) ? value[0] : value
    if (first !== undefined) flat.set(name.toLowerCase(), first)
  }
  return flat
}
