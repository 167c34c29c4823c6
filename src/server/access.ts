import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { OwnAddresses } from './addresses.ts'

/** `entered`: with the token in the address, which is to become a cookie. */
export type Verdict = 'admitted' | 'entered' | 'refused'

/**
 * Who may come in. Whoever has opened the address that the terminal printed holds the token, from then on as a cookie;
 * and nobody else's page may ask in that person's name: the server must be meant by a name of its own, and the request
 * must come from its own page.
 */
export class Access {
  readonly #addresses: OwnAddresses
  readonly #token: string
  readonly #cookieName: string

  /** @param port for the cookie's name: cookies do not know ports, and two servers must not take each other's away */
  constructor(addresses: OwnAddresses, token: string, port: number) {
    this.#addresses = addresses
    this.#token = token
    this.#cookieName = `pastiche-${port}`
  }

  /** A cookie that scripts cannot read and that no request of another site carries; it ends with the browser. */
  get cookie(): string {
    return `${this.#cookieName}=${this.#token}; Path=/; HttpOnly; SameSite=Strict`
  }

  judge(request: IncomingMessage): Verdict {
    if (!this.#isMeant(request.headers) || !isFromHere(request)) return 'refused'
    const isHolder = this.#hasCookie(request.headers)
    const token = tokenOf(request)
    if (token === null) return isHolder ? 'admitted' : 'refused'
    // An old address in the history, opened by someone who is in already, does no harm.
    return isHolder || this.#isToken(token) ? 'entered' : 'refused'
  }

  #isMeant({ host }: IncomingHttpHeaders): boolean {
    return host !== undefined && this.#addresses.includes(host)
  }

  #hasCookie({ cookie = '' }: IncomingHttpHeaders): boolean {
    const start = `${this.#cookieName}=`
    return cookie
      .split(';')
      .map((pair) => pair.trim())
      .some((pair) => pair.startsWith(start) && this.#isToken(pair.slice(start.length)))
  }

  /** In constant time: how long a refusal takes must not tell how much of a guess was right. */
  #isToken(guess: string): boolean {
    return timingSafeEqual(digest(guess), digest(this.#token))
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** The token of `GET /?token=…`, the address that the terminal prints. */
function tokenOf({ method, url = '' }: IncomingMessage): string | null {
  return method === 'GET' && url.startsWith('/?') ? new URLSearchParams(url.slice(2)).get('token') : null
}

/**
 * Whether a request comes from the server's own page, as far as browsers tell. They say the origin with all that
 * changes something and with sockets, so there it must not be missing; and newer ones say with every request whether the
 * site is the same (https://www.w3.org/TR/fetch-metadata/), which is needed as well: for cookies, another port is no other site.
 */
function isFromHere(request: IncomingMessage): boolean {
  const { origin, host = '', upgrade, 'sec-fetch-site': site } = request.headers
  const mustSayOrigin = request.method === 'POST' || upgrade !== undefined
  if (origin === undefined ? mustSayOrigin : origin !== `http://${host}`) return false
  return site === undefined || site === 'same-origin' || site === 'none' || isVisit(request)
}

/** Someone follows a link of another page to the studio, which fills the window then. */
export function isVisit({ method, url = '', headers }: IncomingMessage): boolean {
  const isPage = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  return isPage && method === 'GET' && /^\/(\?|$)/.test(url)
}
