import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { OnceEvent } from '../../../src/shared/rpc/listeners.ts'
import type { Transport } from '../../../src/shared/rpc/transport.ts'
import { serveProbe } from '../fixtures/probe-contract.ts'
import type { Line } from './line.ts'

export const messageChannelLine: Line = {
  name: 'MessageChannel',
  open() {
    const { port1, port2 } = new MessageChannel()
    const near = messagePortTransport(port1)
    serveProbe(messagePortTransport(port2))
    const closed = new Promise<void>((resolve) => {
      near.onClose(() => resolve())
    })
    const dispose = (): Promise<void> => {
      near.close()
      return closed
    }
    return Promise.resolve({ near, dispose })
  },
}

function messagePortTransport(port: MessagePort): Transport {
  const closed = new OnceEvent<Error | null>()
  port.on('close', () => closed.fire(null))
  return {
    send: (message) => port.postMessage(JSON.parse(JSON.stringify(message))),
    onMessage: (listener) => {
      port.on('message', listener)
      return () => port.off('message', listener)
    },
    onClose: (listener) => closed.add(listener),
    close: () => port.close(),
  }
}
