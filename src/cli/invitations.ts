import type { Invitation, StudioServer, TokenEnd } from '../server/index.ts'
import { colours } from './colours.ts'
import { isInForeground } from './foreground.ts'
import { printLines, say } from './output.ts'

/** How long an address holds where the next one can be asked for. */
const lifeMs = 15 * 60_000

/**
 * The addresses that `pastiche serve` prints, each worth one sign-in. At a terminal, Enter prints another. Where nobody can press it
 * (a service, a job in the background), an address holds until it is used, and then the next one is printed.
 */
export class Invitations {
  readonly #server: Pick<StudioServer, 'invite'>
  readonly #canAsk = process.stdin.isTTY && isInForeground()
  readonly #onInput = (): void => this.#print()
  readonly #onContinue = (): void => this.#listen()

  constructor(server: Pick<StudioServer, 'invite'>) {
    this.#server = server
  }

  open(): void {
    this.#print()
    say(colours.dim(this.#canAsk ? 'Enter prints another address. Ctrl-C ends it.' : 'Ctrl-C ends it.'))
    if (!this.#canAsk) return
    process.stdin.on('data', this.#onInput)
    // A terminal that is closed under it; what follows from that is not decided here.
    process.stdin.on('error', () => undefined)
    // Whoever sends the job to the background and fetches it back.
    process.on('SIGCONT', this.#onContinue)
  }

  close(): void {
    process.stdin.off('data', this.#onInput)
    process.off('SIGCONT', this.#onContinue)
    process.stdin.pause()
  }

  #listen(): void {
    if (isInForeground()) process.stdin.resume()
    else process.stdin.pause()
  }

  #print(): void {
    const { urls, ended } = this.#server.invite(this.#canAsk ? lifeMs : null)
    printAddresses(urls, this.#canAsk)
    void ended.then((how) => this.#tell(how))
  }

  #tell(how: TokenEnd): void {
    if (how === 'expired') say(colours.dim('The address has expired. Enter prints another.'))
    if (how !== 'used') return
    say('A browser has signed in.')
    if (!this.#canAsk) this.#print()
  }
}

function printAddresses([url, ...others]: Invitation['urls'], expires: boolean): void {
  const limit = expires ? ' within 15 minutes' : ''
  say(`Open the studio at this address, which signs one browser in${limit}:`)
  printLines(url)
  if (others.length > 0) say('From another computer, at one of these that it can reach:')
  printLines(...others)
}
