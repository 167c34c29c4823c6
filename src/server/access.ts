import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { OwnAddresses } from './addresses.ts'
import type { Session, Sessions } from './sessions.ts'

/**
 * Admits browsers that have signed in, by their cookie. No other site's page may ask in that browser's name: the
 * server must be meant by a name of its own, and the request must come from its own page.
 */
export class Access {
  readonly #addresses: OwnAddresses
  readonly #sessions: Sessions

  constructor(addresses: OwnAddresses, sessions: Sessions) {
    this.#addresses = addresses
    this.#sessions = sessions
  }

  /** True for a request that names this server and comes from its own page, or from a person. */
  isHonest(request: IncomingMessage): boolean {
    return this.#isMeant(request.headers) && isFromHere(request)
  }

  /** The browser that asks; null where it is not signed in, or where another page asks in its name. */
  sessionOf(request: IncomingMessage): Session | null {
    return this.isHonest(request) ? this.#sessions.find(request.headers.cookie ?? '') : null
  }

  #isMeant({ host }: IncomingHttpHeaders): boolean {
    return host !== undefined && this.#addresses.includes(host)
  }
}

/**
 * True for a request from the server's own page, as far as browsers tell. They say the origin with all that
 * changes something and with sockets, so there it must not be missing; and newer ones say with every request whether the
 * site is the same (https://www.w3.org/TR/fetch-metadata/), which is needed as well: for cookies, another port is no other site.
 */
function isFromHere(request: IncomingMessage): boolean {
  const { origin, host = '', upgrade, 'sec-fetch-site': site } = request.headers
  const mustSayOrigin = request.method === 'POST' || upgrade !== undefined
  if (origin === undefined ? mustSayOrigin : origin !== `http://${host}`) return false
  return site === undefined || site === 'same-origin' || site === 'none' || isVisit(request)
}

/** True where someone follows a link of another page to the studio, which then fills the window. */
function isVisit({ method, url = '', headers }: IncomingMessage): boolean {
  const isPage = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  return isPage && method === 'GET' && /^\/(\?|$)/.test(url)
}
