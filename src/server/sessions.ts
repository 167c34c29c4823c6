import { randomBytes } from 'node:crypto'
import { OnceEvent } from '../shared/rpc/listeners.ts'
import type { Off } from '../shared/rpc/transport.ts'
import { digest, findSecret } from './secrets.ts'

/** A browser that has signed in. */
export class Session {
  /** Hash of the secret in the browser's cookie; the secret itself is kept nowhere else. */
  readonly hash: Buffer
  readonly #ended = new OnceEvent<null>()

  constructor(secret: string) {
    this.hash = digest(secret)
  }

  /** Calls `listener` when the session ends. */
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
   * Signs a browser in; above the limit, the one that has been idle for longest is signed out.
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

  /** The session of a request, by its cookies. Another server of this computer may have set one of the same name beside ours. */
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

  /** True where the browser sends a cookie of this server, valid or not: one of before a restart, for example. */
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
