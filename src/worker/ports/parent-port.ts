import { setTimeout as delay } from 'node:timers/promises'
import { cloneLine } from '../../shared/rpc/clone-line.ts'
import type { PortLine } from '../../shared/rpc/line.ts'

/** `process.parentPort` of an Electron utility process, told structurally: no Electron is needed to build this. */
export interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown
  postMessage(message: unknown): void
}

/** Electron hands messages to another thread and does not tell when they are out. */
const handoverMs = 100

/** The line of a utility process to Electron's main process, with which the operating system ends it. */
export function parentPortLine(port: ParentPort): PortLine {
  return cloneLine({
    postMessage: (message) => port.postMessage(message),
    listen: (receive) => port.on('message', ({ data }) => receive(data)),
    flushed: () => delay(handoverMs),
  })
}
