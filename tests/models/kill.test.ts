import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '../../src/engine/random.ts'
import { ModelStore } from '../../src/host/models/model-store.ts'
import type { ModelManifest } from '../../src/shared/contract/models.ts'
import { buildFixture, removeFixture } from '../contract/build-fixture.ts'
import type { Errand, Told } from './fixtures/store-child.ts'
import { entryOf, manifestOf, slimEngine, slimFile } from './support/fake-models.ts'
import { MisbehavingServer, trickle } from './support/misbehaving-server.ts'
import { assertValid, listFiles, quick } from './support/test-store.ts'

/** One in each equal part of the time that a whole run takes, so that these few meet every stretch of it. */
const kills = 20
const canKillGroups = process.platform !== 'win32'
/** Print it, and a failure can be had again as far as the machine's timing allows. */
const seed = Number(process.env['PASTICHE_TEST_SEED'] ?? Date.now() % 1e6)
const file = slimFile('vgg19')
let worker: string
let child: string
let server: MisbehavingServer
let manifest: ModelManifest
let root: string

beforeAll(async () => {
  const fixture = (name: string): Promise<string> =>
    buildFixture(new URL(`./fixtures/${name}.ts`, import.meta.url), { bundlesPackages: false })
  ;[worker, child] = (await Promise.all(['slim-worker', 'store-child'].map(fixture))) as [string, string]
  server = await MisbehavingServer.start(trickle(file, 16_384, 3))
  manifest = manifestOf(entryOf(file, { urls: [`${server.origin}/a`] }))
  root = mkdtempSync(join(tmpdir(), 'pastiche-kill-'))
  writeFileSync(join(root, 'manifest.json'), JSON.stringify(manifest))
  writeFileSync(join(root, 'brought.safetensors'), file)
})

afterAll(async () => {
  await server.stop()
  await Promise.all([worker, child].map(removeFixture))
  rmSync(root, { recursive: true, force: true })
})

/** Runs a change in a process of its own and kills it after a time, or lets it live. Returns how long it took, if it did. */
async function runVictim(
  folder: string,
  importPath: string | null,
  death: { afterMs: number; takesEngineAlong: boolean } | null,
): Promise<number | null> {
  const errand: Errand = { workerFile: worker, folder, manifestFile: join(root, 'manifest.json'), importPath }
  const victim = fork(child, [JSON.stringify(errand)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const told: { workerPid?: number | undefined; error?: string; startMs: number; tookMs?: number } = {
    startMs: 0,
  }
  victim.on('message', (message: Told) => {
    if ('workerPid' in message) told.workerPid = message.workerPid
    else if ('error' in message) told.error = message.error
    else if (message.state === 'done') told.tookMs = performance.now() - told.startMs
    else {
      told.startMs = performance.now()
      if (death) setTimeout(() => kill(victim.pid!, death.takesEngineAlong), death.afterMs)
    }
  })
  await new Promise((resolve) => victim.once('exit', resolve))
  while (isAlive(told.workerPid)) await delay(5)
  if (told.error !== undefined) throw new Error(told.error)
  return told.tookMs ?? null
}

function kill(pid: number, takesEngineAlong: boolean): void {
  try {
    // The negative id of a group leader means the whole group.
    process.kill(takesEngineAlong ? -pid : pid, 'SIGKILL')
  } catch {
    // It was done already.
  }
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0)
  } catch {
    return false
  }
}

describe.each([
  ['a download', null],
  ['an import', 'brought.safetensors'],
])('%s that is killed', (what, brought) => {
  it(`at ${kills} points leaves the store valid, and a later run completes it (seed ${seed})`, async () => {
    const importPath = brought === null ? null : join(root, brought)
    let wholeMs = (await runVictim(join(root, `${what} whole`), importPath, null))!
    const points = Array.from({ length: kills }, (_, i) => i)
    let killed = 0
    const next = async (): Promise<void> => {
      for (let i = points.shift(); i !== undefined; i = points.shift()) {
        const random = createRandom(seed + i)
        const death = {
          afterMs: ((i + random.uniform()) / kills) * wholeMs,
          takesEngineAlong: canKillGroups && random.uniform() < 0.5,
        }
        const folder = join(root, `${what} ${i}`)
        mkdirSync(folder)
        const tookMs = await runVictim(folder, importPath, death)
        if (tookMs === null) killed += 1
        else wholeMs = 0.8 * Math.min(wholeMs, tookMs)
        await expectRecovery(folder, importPath, `killed ${JSON.stringify(death)}, seed ${seed} + ${i}`)
      }
    }
    await Promise.all([next(), next()])
    // Some live to the end, as the machine is faster now and then; most must not, or nothing was tested.
    expect(killed).toBeGreaterThan(kills / 2)
  }, 300_000)
})

async function expectRecovery(folder: string, importPath: string | null, how: string): Promise<void> {
  try {
    await assertValid(folder)
    const store = new ModelStore({ folder, manifest, engine: slimEngine(), env: {}, timings: quick })
    if (importPath === null) await store.download('vgg19')
    else await store.import(importPath)
    expect(await assertValid(folder)).toEqual(['vgg19'])
    expect(listFiles(folder)).toEqual(['vgg19.safetensors'])
  } catch (cause) {
    throw new Error(`The store did not recover: ${how}`, { cause })
  }
}
