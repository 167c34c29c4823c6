import { randomBytes } from 'node:crypto'
import { OnceEvent } from '../shared/rpc/listeners.ts'
import type { Off } from '../shared/rpc/transport.ts'
import { digest, findSecret } from './secrets.ts'

/** A browser that has signed in. */
export class Session {
  /** Of the secret that the browser has as its cookie; the secret itself is kept nowhere else. */
  readonly hash: Buffer
  readonly #ended = new OnceEvent<null>()

  constructor(secret: string) {
    this.hash = digest(secret)
  }

  /** Tells when what this browser may do has come to an end. */
  onEnd(listener: () => void): Off {
    return this.#ended.add(listener)
  }

  end(): void {
    this.#ended.fire(null)
  }
}

/**
 * The browsers that are signed in. Their secrets are random and never what somebody brings; they live as long as the server and are
 * written nowhere: whoever takes the port while Pastiche is closed learns a cookie that opens nothing any more.
 */
export class Sessions {
  readonly #max: number
  readonly #cookieName: string
  /** The one that was used last comes last. */
  readonly #open = new Set<Session>()

  /** @param port for the cookie's name: cookies do not know ports, and two servers must not take each other's away */
  constructor(port: number, max: number) {
    this.#max = max
    this.#cookieName = `pastiche-${port}`
  }

  /**
   * Signs a browser in; past the limit, the one that was not heard of for longest is signed out.
   *
   * @returns its cookie, which scripts cannot read and no request of another site carries, and which ends with the browser
   */
  open(): string {
    const secret = randomBytes(32).toString('base64url')
    this.#open.add(new Session(secret))
    const [oldest] = this.#open
    if (this.#open.size > this.#max && oldest !== undefined) {
      this.#open.delete(oldest)
      oldest.end()
    }
    return `${this.#cookieName}=${secret}; Path=/; HttpOnly; SameSite=Strict`
  }

  /** Whose request this is, by its cookies. Another server of this computer may have put one of the same name beside ours. */
  find(cookies: string): Session | null {
    for (const secret of this.#secretsIn(cookies)) {
      const session = findSecret(this.#open, secret)
      if (session === null) continue
      this.#open.delete(session)
      this.#open.add(session)
      return session
    }
    return null
  }

  /** Whether a browser believes that it is signed in, as one does that was so before a restart. */
  isClaimed(cookies: string): boolean {
    return this.#secretsIn(cookies).length > 0
  }

  #secretsIn(cookies: string): string[] {
    const start = `${this.#cookieName}=`
    return cookies
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(start))
      .map((pair) => pair.slice(start.length))
  }
}
