import { spawnChild } from '../../../src/host/spawn-child.ts'
import { buildFixture, removeFixture } from '../build-fixture.ts'
import type { Line } from './line.ts'

let built: Promise<string> | null = null

export const childProcessLine: Line = {
  name: 'child process',
  async open() {
    built ??= buildFixture(new URL('../fixtures/probe-child.ts', import.meta.url))
    const child = spawnChild(await built)()
    const dispose = async (): Promise<void> => {
      child.transport.close()
      await child.exited
    }
    return { near: child.transport, dispose }
  },
  async tearDown() {
    if (built !== null) await removeFixture(await built)
    built = null
  },
}
