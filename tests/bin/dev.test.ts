import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { root } from '../../scripts/package/root.ts'
import { PageSocket } from '../../src/server/page-socket.ts'
import { defaultLimits } from '../../src/server/limits.ts'
import { studioContract } from '../../src/shared/contract/studio.ts'
import { createClient } from '../../src/shared/rpc/client.ts'
import { startProgram, type Program } from './programs.ts'

interface Restartable {
  start(): Promise<void>
  stop(): Promise<void>
}
const { restartable } = (await import(pathToFileURL(join(root, 'bin', 'restartable.mjs')).href)) as {
  readonly restartable: (options: {
    root: string
    targets: object[]
    launch: () => ChildProcess
  }) => Restartable
}

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pastiche-dev-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }))

describe.skipIf(process.platform !== 'linux')('npm run dev', () => {
  let program: Program
  /** Processes of this computer that have this test's home. */
  const stillRunning = (): string[] =>
    readdirSync('/proc').filter((pid) => {
      try {
        return (
          /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`PASTICHE_HOME=${home}`)
        )
      } catch {
        return false
      }
    })
  afterEach(async () => {
    program.child.kill('SIGTERM')
    await program.code
  })

  it('serves the page as it is written, and the studio behind it, at one address', async () => {
    program = startProgram('dev.mjs', [], home, {})
    await expect.poll(program.stdout, { timeout: 60_000 }).toMatch(/^http:\S+\n/)
    const address = program.stdout().trim()
    expect(await (await fetch(address)).text()).toContain('/@vite/client')
    await expect
      .poll(async () => (await fetch(new URL('/media/none', address))).status, { timeout: 30_000 })
      // The studio's own answer, where Vite would give the page and a proxy without a studio 502.
      .toBe(400)

    const socket = new WebSocket(new URL('/studio', address.replace('http', 'ws')), {
      origin: new URL(address).origin,
    })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    const studio = createClient(studioContract, new PageSocket(socket, defaultLimits).line)
    const { samples } = await studio.call('open', {})
    const view = await fetch(new URL(`/media/${samples[0]!.ticket}?side=320`, address))
    expect(view.headers.get('content-type')).toBe('image/webp')
    socket.close()

    program.child.kill('SIGTERM')
    expect(await program.code).toBe(0)
    // The process behind the page has ended too.
    await expect(fetch(address)).rejects.toThrow()
    expect(stillRunning()).toEqual([])
  }, 180_000)
})

describe('a program that is restarted when its sources change', () => {
  it('is built first, and one that cannot be built leaves the one before running', async () => {
    mkdirSync(join(home, 'src', 'part'), { recursive: true })
    writeFileSync(join(home, 'package.json'), '{"type":"module"}')
    writeFileSync(
      join(home, 'vite.config.mjs'),
      `export default { root: ${JSON.stringify(home)}, logLevel: 'silent', build: { ssr: true, rolldownOptions: { input: { 'part/index': 'src/part/index.js' }, output: { entryFileNames: '[name].js' } } } }`,
    )
    const source = join(home, 'src', 'part', 'index.js')
    const write = (text: string): void => writeFileSync(source, text)
    const runs = (text: string): string =>
      `import { appendFileSync } from 'node:fs'\nappendFileSync(${JSON.stringify(join(home, 'log'))}, ${JSON.stringify(`${text}\n`)})\nsetInterval(() => undefined, 1000)\n`
    const log = (): string => readFileSync(join(home, 'log'), 'utf8')
    const target = {
      title: 'a part',
      config: 'vite.config.mjs',
      outDir: '',
      folders: ['part'],
      stamp: 'part/index.js',
      sources: ['part'],
    }
    write(runs('one'))
    const launched: ChildProcess[] = []
    const app = restartable({
      root: home,
      targets: [target],
      launch: () => {
        const child = spawn(process.execPath, [join(home, 'out', 'part', 'index.js')])
        launched.push(child)
        return child
      },
    })
    try {
      await app.start()
      await expect.poll(log, { timeout: 20_000 }).toBe('one\n')
      write(runs('two'))
      await expect.poll(log, { timeout: 20_000 }).toBe('one\ntwo\n')
      expect(launched[0]!.signalCode).toBe('SIGTERM')
      write('this is no program')
      await new Promise((resolve) => setTimeout(resolve, 2000))
      expect(launched).toHaveLength(2)
      expect(launched[1]!.exitCode).toBe(null)
    } finally {
      await app.stop()
    }
    expect(launched.every(({ signalCode }) => signalCode === 'SIGTERM')).toBe(true)
  }, 60_000)
})
