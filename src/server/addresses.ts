import { hostname, networkInterfaces } from 'node:os'

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]']

/** True where only this computer can reach a server that listens on `host`. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(bare(host))
}

/** An IPv6 address as addresses of pages write it, in brackets; anything else as it is. */
export function inAddress(host: string): string {
  const name = bare(host)
  return name.includes(':') ? `[${name}]` : name
}

/** An IPv6 address as the system takes it. */
export function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}

/**
 * The names that this server goes by, each with its port. A page of a stranger that has its own name point here (DNS
 * rebinding) says that name, and so gives itself away.
 */
export class OwnAddresses {
  readonly #host: string
  readonly #port: number

  constructor(host: string, port: number) {
    this.#host = host
    this.#port = port
  }

  /** @param hostHeader `name:port`, as a request names the server it means */
  includes(hostHeader: string): boolean {
    const { name, port } = /^(?<name>.+?)(?::(?<port>\d{1,5}))?$/.exec(hostHeader.toLowerCase())?.groups ?? {}
    return name !== undefined && Number(port ?? 80) === this.#port && this.#names().includes(name)
  }

  /** Addresses to open, the likeliest first: of this computer, and for other computers where it listens to them. */
  urls(): [string, ...string[]] {
    const url = (name: string): string => `http://${name}:${this.#port}`
    const isEverywhere = ['0.0.0.0', '::'].includes(bare(this.#host))
    return isEverywhere ? [url('127.0.0.1'), ...outerAddresses().map(url)] : [url(inAddress(this.#host))]
  }

  #names(): string[] {
    if (isLoopback(this.#host)) return [...loopbackNames, inAddress(this.#host)].map(lower)
    // Looked up each time: a laptop changes its network, and with it its address.
    const own = [hostname(), `${hostname()}.local`, ...outerAddresses(), inAddress(this.#host)]
    return [...loopbackNames, ...own].map(lower)
  }
}

/** This computer's addresses in its networks. Link-local ones of IPv6 cannot be written in a browser. */
function outerAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all
    .filter(({ internal, address }) => !internal && !address.toLowerCase().startsWith('fe80:'))
    .map(({ address }) => inAddress(address))
}

function lower(name: string): string {
  return name.toLowerCase()
}
