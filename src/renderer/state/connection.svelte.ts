import type { EventData, EventName, Input, MethodName, Output } from '../../shared/contract/define.ts'
import { studioContract, type StudioContract } from '../../shared/contract/studio.ts'
import { PasticheError } from '../../shared/errors.ts'
import { createClient, type CallOptions, type Client } from '../../shared/rpc/client.ts'
import type { Transport } from '../../shared/rpc/transport.ts'

type Opened = Output<StudioContract, 'open'>
/** The part of a shell that a connection needs. */
interface Way {
  readonly connect: () => Transport
  readonly isSignedOut: () => Promise<boolean>
}
type Listening = (client: Client<StudioContract>) => void

const firstRestMs = 250
const longestRestMs = 5000

/** Connection to the studio's host, reopened after growing pauses whenever it is lost. */
export class Connection {
  /** `signed-out`: the host is there, and lets this browser in no more until it signs in again. */
  state = $state<'connecting' | 'open' | 'lost' | 'signed-out'>('connecting')
  readonly #connect: () => Transport
  readonly #isSignedOut: () => Promise<boolean>
  readonly #onOpen: (opened: Opened) => void
  readonly #listening: Listening[] = []
  #client: Client<StudioContract> | null = null
  #restMs = firstRestMs

  /** @param onOpen told at first and after each loss: everything may have changed meanwhile */
  constructor({ connect, isSignedOut }: Way, onOpen: (opened: Opened) => void) {
    this.#connect = connect
    this.#isSignedOut = isSignedOut
    this.#onOpen = onOpen
  }

  /** @throws PasticheError what the host says, or `connection-closed` */
  async call<M extends MethodName<StudioContract>>(
    method: M,
    input: Input<StudioContract, M>,
    options?: CallOptions,
  ): Promise<Output<StudioContract, M>> {
    if (this.#client === null) throw new PasticheError('connection-closed', "Can't reach Pastiche.")
    return this.#client.call(method, input, options)
  }

  /** For as long as the page lives, over every line. Before `open`. */
  on<E extends EventName<StudioContract>>(
    event: E,
    listener: (data: EventData<StudioContract, E>) => void,
  ): void {
    this.#listening.push((client) => client.on(event, listener))
  }

  async open(): Promise<void> {
    const transport = this.#connect()
    const client = createClient(studioContract, transport)
    for (const listen of this.#listening) listen(client)
    transport.onClose(() => this.#lose(client))
    this.#client = client
    try {
      this.#onOpen(await client.call('open', {}))
      this.state = 'open'
      this.#restMs = firstRestMs
    } catch {
      client.close()
      this.#lose(client)
    }
  }

  #lose(client: Client<StudioContract>): void {
    if (this.#client !== client) return
    this.#client = null
    if (this.state !== 'signed-out') this.state = 'lost'
    void this.#findReason()
    setTimeout(() => void this.open(), this.#restMs)
    this.#restMs = Math.min(2 * this.#restMs, longestRestMs)
  }
  async #findReason(): Promise<void> {
    const isSignedOut = await this.#isSignedOut()
    // Meanwhile the next try may have succeeded.
    if (this.state !== 'open') this.state = isSignedOut ? 'signed-out' : 'lost'
  }
}
