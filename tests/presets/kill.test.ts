import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Presets } from '../../src/host/index.ts'
import { buildFixture, removeFixture } from '../contract/build-fixture.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const kills = 20
const temporary = temporaryFolder()
let child: string

beforeAll(async () => {
  child = await buildFixture(new URL('./fixtures/saving-child.ts', import.meta.url), {
    bundlesPackages: false,
  })
})

afterAll(() => removeFixture(child))

/** Lets a process save without end and kills it at some moment after the first time. */
async function saveUntilKilled(folder: string, afterMs: number): Promise<void> {
  const saving = fork(child, [folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const gone = once(saving, 'exit')
  await Promise.race([once(saving, 'message'), gone])
  await delay(afterMs)
  saving.kill('SIGKILL')
  expect((await gone)[1]).toBe('SIGKILL')
}

it(`a preset is the old or the new one after ${kills} kills in the middle of a save`, async () => {
  const folder = join(temporary.path, 'presets')
  const presets = new Presets({ resources: join(folder, 'none'), presets: folder })
  for (let kill = 0; kill < kills; kill++) {
    await saveUntilKilled(folder, 30 * Math.random())
    const { presets: found, problems } = await presets.list()
    expect(problems).toEqual([])
    expect(found).toHaveLength(1)
    expect([1, 2]).toContain(found[0]!.parameters.steps)
    expect(found[0]!.document['padding']).toHaveLength(500_000)
  }
  // A save that lives to its end is not disturbed by what the others have left.
  await presets.save({ name: 'Mine', parameters: { steps: 3 } })
  expect((await presets.resolve('mine')).parameters).toEqual({ steps: 3 })
  expect(readdirSync(folder).filter((name) => name.endsWith('.json'))).toEqual(['mine.json'])
})
