import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../../scripts/package/root.ts'
import { signIn } from '../support/sign-in.ts'
import { startProgram, writeProgram, type Program } from './programs.ts'

const { findElectron } = (await import(pathToFileURL(join(root, 'bin', 'find-electron.mjs')).href)) as {
  readonly findElectron: (root: string, env: object) => string | null
}
const nobody = 'http://127.0.0.1:9/'

// On Windows and macOS there is always a display, and no shell script that could stand in for Electron.
describe.skipIf(process.platform !== 'linux')('npm start', () => {
  let home: string
  let started: Program | null = null
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'pastiche-start-'))
  })
  afterEach(async () => {
    started?.child.kill('SIGKILL')
    await started?.code
    started = null
    rmSync(home, { recursive: true, force: true, maxRetries: 3 })
  })

  const start = (env: NodeJS.ProcessEnv, ...args: string[]): Program =>
    (started = startProgram('start.mjs', args, home, env))

  /** The studio is open, its page is there, and Ctrl-C ends it well. */
  async function expectStudioInBrowser({ stdout, child, code }: Program): Promise<void> {
    await expect.poll(stdout, { timeout: 60_000 }).toMatch(/^http:\S+\n/)
    const { origin, cookie } = await signIn(stdout().trim())
    const page = await fetch(origin, { headers: { cookie } })
    expect(await page.text()).toContain('<title>Pastiche</title>')
    expect(readFileSync(join(home, 'opened'), 'utf8')).toMatch(/pastiche-open-\w{6}\/pastiche\.html\n$/)
    child.kill('SIGTERM')
    expect(await code).toBe(0)
  }

  it('starts Electron with the app where both are there', async () => {
    const electron = writeProgram(home, 'electron', `echo "$@" > ${join(home, 'args')}`)
    const { code, stderr } = start({ DISPLAY: ':9', ELECTRON_EXEC_PATH: electron }, 'photo.jpg')
    expect(await code).toBe(0)
    expect(stderr()).not.toContain('browser')
    expect(readFileSync(join(home, 'args'), 'utf8').replace(/\/ /, ' ').trim()).toBe(`${root} photo.jpg`)
  }, 180_000)

  it('passes on how Electron ended, when it had begun', async () => {
    const electron = writeProgram(home, 'electron', 'sleep 6; exit 7')
    expect(await start({ DISPLAY: ':9', ELECTRON_EXEC_PATH: electron }).code).toBe(7)
  }, 180_000)

  it('opens the browser where there is no display', async () => {
    const program = start({}, '--port', '0')
    await expectStudioInBrowser(program)
    expect(program.stderr()).toContain('The studio opens in your browser: there is no display here.')
  }, 180_000)

  it('opens the browser where Electron cannot start', async () => {
    const electron = writeProgram(home, 'electron', 'exit 127')
    const program = start({ DISPLAY: ':9', ELECTRON_EXEC_PATH: electron }, '--port', '0')
    await expectStudioInBrowser(program)
    expect(program.stderr()).toContain('browser: Electron cannot start here (it ended at once, with 127).')
  }, 180_000)

  const isHere = findElectron(root, {}) !== null
  if (isHere) process.stderr.write('SKIPPED: a start without Electron: its binary is here.\n')

  it.skipIf(isHere)(
    'opens the browser where Electron cannot be fetched, and says why',
    async () => {
      const env = { DISPLAY: ':9', ELECTRON_MIRROR: nobody, electron_config_cache: join(home, 'cache') }
      const program = start(env, '--port', '0')
      await expectStudioInBrowser(program)
      expect(program.stderr()).toMatch(
        /browser: Electron itself is not here and could not be fetched \(.+\)\./,
      )
    },
    180_000,
  )

  it.skipIf(isHere)(
    'fetches nothing where Pastiche stays offline',
    async () => {
      const program = start({ DISPLAY: ':9', PASTICHE_OFFLINE: '1' }, '--port', '0')
      await expectStudioInBrowser(program)
      expect(program.stderr()).toContain('PASTICHE_OFFLINE forbids to fetch it')
      expect(program.stderr()).not.toContain('Fetching')
    },
    180_000,
  )
})
