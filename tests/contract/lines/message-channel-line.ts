import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { cloneLine } from '../../../src/shared/rpc/clone-line.ts'
import type { PortLine } from '../../../src/shared/rpc/line.ts'
import { parentPortLine } from '../../../src/worker/ports/parent-port.ts'
import { serveProbe } from '../fixtures/probe-contract.ts'
import type { Line } from './line.ts'

/** Stands for Electron's pair of a utility process and its parent port, which are such ports too. */
export const messageChannelLine: Line = {
  name: 'MessageChannel',
  open() {
    const { port1, port2 } = new MessageChannel()
    serveProbe(
      parentPortLine({
        postMessage: (message) => port2.postMessage(message),
        on: (event, listener) => port2.on(event, (data: unknown) => listener({ data })),
      }),
    )
    const dispose = (): Promise<void> => {
      port1.close()
      return Promise.resolve()
    }
    return Promise.resolve({ near: nearEnd(port1), dispose })
  },
}

function nearEnd(port: MessagePort): PortLine {
  return cloneLine({
    postMessage: (message) => port.postMessage(message),
    listen: (receive) => port.on('message', receive),
  })
}
