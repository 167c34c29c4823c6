import { WebSocket } from 'ws'
import type { Transport } from '../../../src/shared/rpc/transport.ts'
import { Bench } from '../../server/support/bench.ts'
import type { Line } from './line.ts'

let server: Promise<Bench> | null = null

/** By its address, because the page is compiled apart, for browsers. */
const pageLine = new URL('../../../src/renderer/shell/web-socket-line.ts', import.meta.url).href

/** The page's own end and a real server's, with a socket on loopback between them. */
export const webSocketLine: Line = {
  name: 'WebSocket',
  async open() {
    server ??= Bench.open()
    const bench = await server
    const near = await openPageLine(bench)
    const closed = new Promise<void>((resolve) => near.onClose(() => resolve()))
    const dispose = (): Promise<void> => {
      near.close()
      return closed
    }
    return { near, dispose }
  },
  async tearDown() {
    await (await server)?.close()
    server = null
  },
}

/** A browser brings the socket, the cookie and the origin; here they are lent to the page. */
async function openPageLine(bench: Bench): Promise<Transport> {
  class BrowserSocket extends WebSocket {
    constructor(url: string) {
      super(url, { headers: bench.ownHeaders })
      // Without a listener it would be thrown; 'close' tells as well.
      this.on('error', () => undefined)
    }
  }
  Object.assign(globalThis, { WebSocket: BrowserSocket })
  const page = (await import(pageLine)) as { webSocketLine: (url: string) => Transport }
  return page.webSocketLine(`ws://${bench.host}/studio`)
}
