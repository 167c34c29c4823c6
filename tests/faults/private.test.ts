import { mkdirSync, readdirSync, statSync, writeFileSync, chmodSync, type Dirent } from 'node:fs'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { appPaths, Studio } from '../../src/host/index.ts'
import { openFallbackFolders, tightenRoots } from '../../src/host/studio/own-folders.ts'
import { FakeWorkers } from '../studio/support/fake-worker.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = temporaryFolder()

/** Everything that other users have any access to, below a folder. */
function openToOthers(home: string): string[] {
  const entries = readdirSync(home, { recursive: true, withFileTypes: true })
  const pathOf = ({ parentPath, name }: Dirent): string => join(parentPath, name)
  return entries
    .map(pathOf)
    .filter((path) => (statSync(path).mode & 0o077) !== 0)
    .map((path) => relative(home, path))
}

async function useStudio(home: string): Promise<void> {
  const paths = appPaths({ env: { PASTICHE_HOME: home } })
  const workers = new FakeWorkers('1.2.3')
  const studio = await Studio.open({
    paths,
    spawn: workers.spawn,
    appVersion: '1.2.3',
    env: {},
    fallbackFolders: [],
  })
  await studio.upload({ purpose: 'picture', name: 'a.png', body: Readable.from([Buffer.from('bytes')]) })
  await studio.changeSettings({ theme: 'dark' })
  await studio.presetService.save({
    ...{ name: 'Mine', description: '', base: null, replace: false, parameters: { steps: 5 } },
  })
  studio.draftStore.save()
  await studio.close()
}

describe.skipIf(process.platform === 'win32')('what Pastiche keeps', () => {
  it('is for this user alone, whatever the umask', async () => {
    const before = process.umask(0)
    try {
      const home = root.file('new')
      await useStudio(home)
      expect(openToOthers(home)).toEqual([])
      expect(readdirSync(home)).toEqual(expect.arrayContaining(['library', 'presets', 'settings.json']))
    } finally {
      process.umask(before)
    }
  })

  it('and was left by the first edition for all to read is tightened, but not a folder that the user made', async () => {
    const home = root.file('first-edition')
    for (const folder of ['library/results/one', 'library/uploads', 'presets', 'cache/views', 'logs'])
      mkdirSync(join(home, folder), { recursive: true, mode: 0o755 })
    for (const file of ['library/uploads/a.png', 'library/results/one/x', 'settings.json', 'presets/x.json'])
      writeFileSync(join(home, file), '{}', { mode: 0o644 })
    chmodSync(home, 0o755)
    await useStudio(home)
    expect(openToOthers(home)).toEqual([])
    expect(statSync(home).mode & 0o777).toBe(0o755)
  })

  it('includes the folder of the settings, where the system says which that is', async () => {
    const at = (name: string): string => root.file(join('system', name))
    const home = appPaths({ env: { PASTICHE_HOME: at('data') } })
    const paths = { ...home, settings: at('config'), settingsFile: at('config/settings.json') }
    mkdirSync(paths.settings, { recursive: true, mode: 0o755 })
    await tightenRoots(paths)
    expect(statSync(paths.settings).mode & 0o777).toBe(0o700)
  })

  it('of temporary files has a name that nobody can foresee, and goes when nothing is in it', async () => {
    const [first, second] = [await openFallbackFolders(), await openFallbackFolders()]
    const [one, other] = [first.folders.at(-1)!, second.folders.at(-1)!]
    expect(one).not.toBe(other)
    expect(statSync(one).mode & 0o777).toBe(0o700)
    writeFileSync(join(one, 'kept.png'), '')
    await first.close()
    await second.close()
    expect(statSync(join(one, 'kept.png')).isFile()).toBe(true)
    expect(() => statSync(other)).toThrow('ENOENT')
  })
})
