import { PortLine } from './line.ts'

/** Either end of the IPC channel that `child_process.fork` opens, told structurally: this folder has no Node types. */
export interface IpcProcess {
  readonly connected: boolean
  send?(message: object, callback: () => void): boolean
  disconnect(): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
}

/** A line between a process and one that it has forked. It ends when either of them hangs up or dies. */
export function processLine(process: IpcProcess): PortLine {
  let lastSent: Promise<void> = Promise.resolve()
  const line: PortLine = new PortLine({
    post: (json) => {
      if (!process.connected) return
      // With a callback, a channel that breaks meanwhile is no unhandled 'error'; 'disconnect' tells of it.
      lastSent = new Promise((resolve) => process.send?.(JSON.parse(json) as object, () => resolve()))
    },
    hangUp: () => {
      if (process.connected) process.disconnect()
    },
    flushed: () => lastSent,
  })
  process.on('message', (message) => line.receive(message))
  process.on('disconnect', () => line.end())
  if (!process.connected) line.end()
  return line
}
