import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { appPaths, Studio } from '../../src/host/index.ts'
import { readStored } from '../../src/host/models/stored-weights.ts'
import { PartFile } from '../../src/host/models/part-file.ts'
import { studioContract } from '../../src/shared/contract/studio.ts'
import { createClient } from '../../src/shared/rpc/client.ts'
import { createMemoryPair } from '../../src/shared/rpc/memory-pair.ts'
import { browserShell } from '../studio/support/real-studio.ts'
import { FakeWorkers } from '../studio/support/fake-worker.ts'
import { tinyPng } from '../studio/support/tiny-png.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()
const result = randomUUID()
const job = randomUUID()
let count = 0

/** Things that may stand where a small file of ours should. */
const oddThings: Record<string, (path: string) => unknown> = {
  'a folder': (path) => mkdirSync(join(path, 'inside'), { recursive: true }),
  'a pipe': (path) => spawnSync('mkfifo', [path]),
  'a link to itself': (path) => symlinkSync(path, path),
  'a link to a device': (path) => symlinkSync('/dev/zero', path),
  'a file of 5 GB': (path) => {
    writeFileSync(path, '')
    truncateSync(path, 5e9)
  },
  'a socket': async (path) => {
    const server = createServer().listen(path).unref()
    await once(server, 'listening')
  },
}

const oddFiles = [
  'settings.json',
  'presets/own.json',
  'library/table.json',
  'library/queue.json',
  `library/results/${result}/recipe.json`,
  'cache/calibrations.json',
]

async function open(home: string): Promise<Studio> {
  const paths = appPaths({ env: { PASTICHE_HOME: home } })
  const { spawn } = new FakeWorkers('1.2.3')
  return Studio.open({ paths, spawn, appVersion: '1.2.3', env: {}, fallbackFolders: [] })
}

describe.skipIf(process.platform === 'win32')('in the place of a saved file,', () => {
  it.each(Object.entries(oddThings))(
    '%s is set aside and told, the studio opens and saves',
    async (_, make) => {
      const home = root.file(String(count++))
      for (const file of oddFiles) {
        mkdirSync(dirname(join(home, file)), { recursive: true })
        await make(join(home, file))
      }
      mkdirSync(join(home, 'library', 'checkpoints'))
      await make(join(home, 'library', 'checkpoints', `${job}.checkpoint`))
      writeFileSync(join(home, 'library', 'results', result, 'result.png'), tinyPng)

      const studio = await open(home)
      const [near, far] = createMemoryPair()
      studio.connect(far, browserShell)
      const page = createClient(studioContract, near)
      const { notices } = await page.call('open', {})
      const told = notices.map(({ message, hint }) => `${message} ${hint ?? ''}`).join('\n')
      for (const word of ['settings.json', 'own.json', 'table.json', 'queue.json', 'result in'])
        expect(told).toContain(word)
      expect(told).not.toContain('still at')
      await page.call('changeSettings', { theme: 'dark' })
      await page.call('saveDraft', {
        ...{ content: null, styles: [], initPicture: null, preset: null, own: { steps: 5 }, device: 'cpu' },
      })
      await studio.close()
      // Which jobs there were, nobody knows: what may be a checkpoint stays.
      const kept = _ === 'a file of 5 GB' ? [`${job}.checkpoint`] : []
      expect(readdirSync(join(home, 'library', 'checkpoints'))).toEqual(kept)
      for (const file of ['settings.json', 'library/table.json'])
        expect(lstatSync(join(home, file)).isFile()).toBe(true)

      const again = await open(home)
      expect(again.settings.theme).toBe('dark')
      await again.close()
    },
  )

  it.each(Object.entries(oddThings).filter(([name]) => name !== 'a file of 5 GB'))(
    '%s is damaged weights, and a download that begins',
    async (_, make) => {
      const folder = root.file(String(count++))
      mkdirSync(folder)
      await make(join(folder, 'vgg19.safetensors'))
      const stored = await readStored(join(folder, 'vgg19.safetensors'), 'vgg19')
      expect(stored).toMatchObject({ state: 'damaged' })
      await make(join(folder, 'some.part'))
      await make(join(folder, 'some.part.json'))
      const part = await PartFile.open(folder, 'some')
      await part.clear()
      await part.append(Buffer.from('bytes'))
      await part.close()
      expect(lstatSync(part.path)).toMatchObject({ size: 5 })
    },
  )
})

describe('a start that is given up', () => {
  it('while another Pastiche holds the library, or at any moment later, leaves the library free', async () => {
    const home = root.file(String(count++))
    const paths = appPaths({ env: { PASTICHE_HOME: home } })
    const { spawn } = new FakeWorkers('1.2.3')
    const openFor = (signal: AbortSignal): Promise<Studio> =>
      Studio.open({ paths, spawn, appVersion: '1.2.3', env: {}, fallbackFolders: [], signal })
    const first = await open(home)
    const waiting = openFor(AbortSignal.timeout(50))
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    await first.close()
    for (const afterMs of [0, 5, 10, 20, 40]) {
      const studio = await openFor(AbortSignal.timeout(afterMs)).catch((error: unknown) => error)
      if (studio instanceof Studio) await studio.close()
      else expect(studio).toMatchObject({ code: 'cancelled' })
      await (await open(home)).close()
    }
    rmSync(home, { recursive: true })
  })
})
