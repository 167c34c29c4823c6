import { PortLine } from './line.ts'

/** A port that carries structured clones and does not tell when it is closed, as Electron's between its processes. */
export interface ClonePort {
  postMessage(message: unknown): void
  /** Calls `receive` with each message of the other end. */
  listen(receive: (message: unknown) => void): void
  /** Resolves when what was posted has left this process. */
  flushed?(): Promise<void>
}

/** A line over such a port. It carries JSON, no other clones; `null`, which no message is, says that an end has closed. */
export function cloneLine(port: ClonePort): PortLine {
  const line: PortLine = new PortLine({
    post: (json) => port.postMessage(JSON.parse(json)),
    hangUp: () => {
      port.postMessage(null)
      line.end()
    },
    flushed: () => port.flushed?.() ?? Promise.resolve(),
  })
  port.listen((message) => {
    if (message === null) line.end()
    else line.receive(message)
  })
  return line
}
