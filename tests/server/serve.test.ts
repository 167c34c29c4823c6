import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { start, type Running } from '../cli/pastiche.ts'
import { SocketTransport } from '../../src/server/socket-transport.ts'
import { defaultLimits } from '../../src/server/limits.ts'
import { parameters } from '../../src/shared/contract/parameters.ts'
import { studioContract, type StudioContract } from '../../src/shared/contract/studio.ts'
import { createClient, type Client } from '../../src/shared/rpc/client.ts'

let home: string
const running: Running[] = []
const blockers: Server[] = []

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pastiche-serve-'))
})
afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL')
  await Promise.all(running.splice(0).map(({ finished }) => finished))
  for (const blocker of blockers.splice(0)) blocker.close()
  await rm(home, { recursive: true, force: true })
})

function serve(...args: string[]): Running {
  const started = start(['serve', ...args], { cwd: home })
  running.push(started)
  return started
}

/** What stands on stdout once the studio is open. */
async function addresses({ child, shows, finished }: Running): Promise<string[]> {
  let printed = ''
  child.stdout!.on('data', (text: Buffer) => (printed += text.toString()))
  const failed = finished.then(({ code, stderr }) => {
    throw new Error(`Expected an address, received exit code ${code}: ${stderr}`)
  })
  await Promise.race([shows('Ctrl-C ends it.'), failed])
  failed.catch(() => undefined)
  await expect.poll(() => printed).toContain('\n')
  return printed.trim().split('\n')
}

async function take(port: number): Promise<number> {
  const blocker = createServer().listen(port, '127.0.0.1')
  blockers.push(blocker)
  await new Promise((resolve) => blocker.once('listening', resolve).once('error', resolve))
  return port
}

interface Visit {
  readonly client: Client<StudioContract>
  readonly page: Response
}

/** Opens the printed address as a browser does, and a line to the studio. */
async function visit(url: string): Promise<Visit> {
  const { origin, host } = new URL(url)
  const entrance = await fetch(url, { redirect: 'manual' })
  const cookie = entrance.headers.get('set-cookie')!.split(';')[0]!
  const page = await fetch(origin, { headers: { cookie } })
  const socket = new WebSocket(`ws://${host}/studio`, { headers: { cookie, origin } })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return { client: createClient(studioContract, new SocketTransport(socket, defaultLimits)), page }
}

/** Paints what is on the table, for much longer than a test takes. */
async function startJob(client: Client<StudioContract>, sizePx: number): Promise<void> {
  const { draft } = await client.call('open', {})
  await client.call('start', {
    content: draft.content!.ticket,
    styles: draft.styles.map((style) => ({ ...style, picture: style.picture.ticket })),
    initPicture: null,
    preset: null,
    parameters: parameters.parse({ scales: [{ sizePx, steps: 100_000 }] }),
    device: 'cpu',
  })
}

describe('pastiche serve', () => {
  it('prints an address that opens the studio, and ends well when it is asked to', async () => {
    const studio = serve('--port', '0')
    const printed = await addresses(studio)
    expect(printed).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/)])
    const { client, page } = await visit(printed[0]!)
    expect(await page.text()).toContain('<title>')
    expect((await client.call('open', {})).shell).toEqual({
      kind: 'browser',
      platform: process.platform,
      hasDialogs: false,
    })
    studio.child.kill('SIGTERM')
    const { code, stdout } = await studio.finished
    expect(code).toBe(0)
    expect(stdout).toBe(`${printed[0]}\n`)
  })

  it('sets a job aside that runs when Ctrl-C comes, so that it can go on', async () => {
    const first = serve('--port', '0')
    const { client } = await visit((await addresses(first))[0]!)
    const painted = new Promise((resolve) => client.on('progress', ({ progress }) => resolve(progress)))
    await startJob(client, 64)
    await painted
    first.child.kill('SIGINT')
    expect((await first.finished).code).toBe(0)
    const second = serve('--port', '0')
    const again = await visit((await addresses(second))[0]!)
    expect((await again.client.call('open', {})).jobs).toMatchObject([{ canGoOn: true }])
  })

  it('ends at once where Ctrl-C comes a second time', async () => {
    const studio = serve('--port', '0')
    const { client } = await visit((await addresses(studio))[0]!)
    const running = new Promise<void>((resolve) =>
      client.on('jobs', ([job]) => {
        if (job?.status.state === 'running') resolve()
      }),
    )
    await startJob(client, 512)
    await running
    studio.child.kill('SIGINT')
    await studio.shows('Ctrl-C again to end at once')
    studio.child.kill('SIGINT')
    expect((await studio.finished).code).toBe(130)
  })

  it('says which port is taken where one was named', async () => {
    const port = await take(17_278)
    const { code, stdout, stderr } = await serve('--port', String(port)).finished
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(`Another program uses port ${port} already.`)
  })

  it('takes a free port where the usual one is taken', async () => {
    await take(7278)
    const [url] = await addresses(serve())
    expect(new URL(url!).port).not.toBe('7278')
  })

  it('warns where other computers can reach it, and says how', async () => {
    const studio = serve('--port', '0', '--host', '0.0.0.0')
    await studio.shows('anyone in your network who learns the address can use this studio')
    expect((await addresses(studio))[0]).toMatch(/^http:\/\/127\.0\.0\.1:/)
  })

  it.each([['x'], ['-1'], ['65536'], ['80.5']])('refuses %s as a port', async (port) => {
    const { code, stderr } = await serve(`--port=${port}`).finished
    expect(code).toBe(2)
    expect(stderr).toContain('Use a number from 0 to 65535')
  })

  describe.runIf(process.platform === 'linux')('--open', () => {
    const path = process.env['PATH'] ?? ''
    afterEach(() => {
      process.env['PATH'] = path
    })

    /** Puts a program before the one that opens browsers. */
    async function pretend(script: string): Promise<void> {
      const folder = join(home, 'bin')
      await mkdir(folder)
      await writeFile(join(folder, 'xdg-open'), `#!/bin/sh\n${script}\n`)
      await chmod(join(folder, 'xdg-open'), 0o755)
      process.env['PATH'] = `${folder}${delimiter}${path}`
    }

    it('hands the address to the browser', async () => {
      await pretend(`printf %s "$1" > '${home}/opened'`)
      const [url] = await addresses(serve('--port', '0', '--open'))
      await expect.poll(() => readFile(join(home, 'opened'), 'utf8').catch(() => '')).toBe(url)
    })

    it('says so where there is no browser, and goes on', async () => {
      await pretend('exit 3')
      const studio = serve('--port', '0', '--open')
      const [url] = await addresses(studio)
      await studio.shows('The browser could not be opened.')
      expect((await visit(url!)).page.status).toBe(200)
    })
  })
})
