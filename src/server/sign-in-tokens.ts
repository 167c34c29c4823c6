import { randomBytes } from 'node:crypto'
import { findSecret, digest } from './secrets.ts'

/** The end of a token: it signed a browser in, it expired, or it was revoked. */
export type TokenEnd = 'used' | 'expired' | 'revoked'

export interface SignInToken {
  /** 256 random bits in base64url. No guessing finds it, so guesses need no limit that could shut the owner out. */
  readonly text: string
  readonly ended: Promise<TokenEnd>
  /** Makes it invalid, unless it has ended already. */
  readonly revoke: () => void
}

interface Entry {
  readonly hash: Buffer
  readonly end: (how: TokenEnd) => void
}

/** The tokens in the addresses that the terminal prints: each is valid for one sign-in. */
export class SignInTokens {
  readonly #valid = new Set<Entry>()

  /** @param lifeMs how long it may be used; null for as long as the server runs */
  issue(lifeMs: number | null): SignInToken {
    const text = randomBytes(32).toString('base64url')
    let tell = (_how: TokenEnd): void => undefined
    const ended = new Promise<TokenEnd>((resolve) => (tell = resolve))
    const timer = lifeMs === null ? undefined : setTimeout(() => entry.end('expired'), lifeMs)
    timer?.unref()
    const entry: Entry = {
      hash: digest(text),
      end: (how) => {
        clearTimeout(timer)
        this.#valid.delete(entry)
        tell(how)
      },
    }
    this.#valid.add(entry)
    return { text, ended, revoke: () => entry.end('revoked') }
  }

  isValid(token: string): boolean {
    return findSecret(this.#valid, token) !== null
  }

  /** Uses a token up. @returns whether it was worth a sign-in; of two that bring the same one, the first gets it */
  use(token: string): boolean {
    const entry = findSecret(this.#valid, token)
    entry?.end('used')
    return entry !== null
  }

  revokeAll(): void {
    for (const entry of [...this.#valid]) entry.end('revoked')
  }
}
