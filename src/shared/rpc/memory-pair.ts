import { PortLine } from './line.ts'

/** Two ends of a line inside one process. Messages become JSON on the way and arrive later, as between processes. */
export function createMemoryPair(): [PortLine, PortLine] {
  const near: PortLine = createEnd(() => far)
  const far: PortLine = createEnd(() => near)
  return [near, far]
}

function createEnd(other: () => PortLine): PortLine {
  const line: PortLine = new PortLine({
    post: (json) => later(() => other().receiveJson(json)),
    hangUp: () => {
      later(() => line.end())
      later(() => other().end())
    },
  })
  return line
}

/** Not queueMicrotask: this folder is compiled without DOM and Node types. */
function later(action: () => void): void {
  void Promise.resolve().then(action)
}
