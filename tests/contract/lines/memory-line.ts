import { createMemoryPair } from '../../../src/shared/rpc/memory-pair.ts'
import { serveProbe } from '../fixtures/probe-contract.ts'
import type { Line } from './line.ts'

export const memoryLine: Line = {
  name: 'memory pair',
  open() {
    const [near, far] = createMemoryPair()
    serveProbe(far)
    return Promise.resolve({
      near,
      dispose: () => {
        near.close()
        return Promise.resolve()
      },
    })
  },
}
