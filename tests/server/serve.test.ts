import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { start, type Running } from '../cli/pastiche.ts'
import { signIn } from '../support/sign-in.ts'
import { PageSocket } from '../../src/server/page-socket.ts'
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

/** Text on stdout once the studio is open. */
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

/** Facts about the processes of a test that everyone may read, and those that this user may: their command lines and environments. */
function processesOf(home: string): string[] {
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      // It has just ended, or is another user's.
      return ''
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => read(`/proc/${pid}/cmdline`) + read(`/proc/${pid}/environ`))
    .filter((text) => text.includes(home))
}

interface Visit {
  readonly client: Client<StudioContract>
  readonly page: Response
}

/** Opens the printed address as a browser does, and a line to the studio. */
async function visit(url: string): Promise<Visit> {
  const { host } = new URL(url)
  const { origin, cookie } = await signIn(url)
  const page = await fetch(origin, { headers: { cookie } })
  const socket = new WebSocket(`ws://${host}/studio`, { headers: { cookie, origin } })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return { client: createClient(studioContract, new PageSocket(socket, defaultLimits).line), page }
}

/** Paints the chosen pictures, for much longer than a test takes. */
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
    expect(stdout.split('\n')[0]).toBe(printed[0])
  })

  it('prints another address once one has signed a browser in, where nobody can press Enter', async () => {
    const studio = serve('--port', '0')
    const printed = await addresses(studio)
    const used = [printed[0]!]
    studio.child.stdout!.on('data', (text: Buffer) => printed.push(...text.toString().trim().split('\n')))
    for (let browsers = 1; browsers <= 3; browsers++) {
      const { page, client } = await visit(used.at(-1)!)
      expect(page.status).toBe(200)
      client.close()
      await expect.poll(() => new Set(printed).size).toBe(browsers + 1)
      await expect(signIn(used.at(-1)!)).rejects.toThrow('403')
      used.push(printed.at(-1)!)
    }
    expect(new Set(used).size).toBe(4)
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
    expect(stderr).toContain(`Port ${port} is already in use by another program.`)
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
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, 'xdg-open'), `#!/bin/sh\n${script}\n`)
      await chmod(join(folder, 'xdg-open'), 0o755)
      process.env['PATH'] = `${folder}${delimiter}${path}`
    }

    /** The file that the opener was told to open, and what it was then. */
    interface OpenedFile {
      readonly path: string
      readonly html: string
      readonly modes: string
    }

    async function opened(): Promise<OpenedFile> {
      const read = (): Promise<string> => readFile(join(home, 'opened'), 'utf8').catch(() => '')
      await expect.poll(read).toContain('\n--\n')
      const [told = '', html = ''] = (await read()).split('\n--\n')
      const [path = '', ...modes] = told.split('\n')
      return { path, html, modes: modes.join(' ') }
    }

    /** Keeps what it was told and what it found, and stays in the list of processes for a while. */
    const keeping = (folder: string): string =>
      `{ printf '%s\n' "$@"; stat -c %a "$1" "$(dirname "$1")"; echo --; cat "$1"; } > '${folder}/opening'; mv '${folder}/opening' '${folder}/opened'; sleep 3`

    it('hands the browser a file of its user alone, which leads on to an address and then goes', async () => {
      await pretend(keeping(home))
      const studio = serve('--port', '0', '--open')
      const [printed] = await addresses(studio)
      const { path, html, modes } = await opened()
      expect(modes).toBe('600 700')
      // Browsers that come as snaps see no hidden folder and no /tmp; where PASTICHE_HOME is, nobody knows better.
      expect(path.startsWith(`${home}/pastiche-open-`)).toBe(true)
      const [address] = /http:[^"]+/.exec(html) ?? []
      expect(new URL(address!).origin).toBe(new URL(printed!).origin)
      expect(address).not.toBe(printed)
      expect((await visit(address!)).page.status).toBe(200)
      await expect.poll(() => existsSync(dirname(path))).toBe(false)
      // Another browser may still use the one that was printed.
      expect((await visit(printed!)).page.status).toBe(200)
    })

    it('shows no secret in the list of processes or in an environment', async () => {
      await pretend(keeping(home))
      const studio = serve('--port', '0', '--open')
      const [printed] = await addresses(studio)
      const { html } = await opened()
      const secrets = [printed!, /http:[^"]+/.exec(html)![0]].map((address) =>
        new URL(address).searchParams.get('token')!,
      )
      const seen = processesOf(home)
      expect(seen.some((text) => text.includes('pastiche-open-'))).toBe(true)
      for (const secret of secrets) expect(seen.filter((text) => text.includes(secret))).toEqual([])
    })

    it('leaves no file behind, whether it ends well or at once', async () => {
      await pretend(keeping(home))
      for (const how of ['SIGTERM', 'SIGINT'] as const) {
        const studio = serve('--port', '0', '--open')
        await addresses(studio)
        const { path } = await opened()
        expect(existsSync(path)).toBe(true)
        studio.child.kill(how)
        if (how === 'SIGINT') studio.child.kill(how)
        await studio.finished
        expect(existsSync(dirname(path))).toBe(false)
        await rm(join(home, 'opened'))
      }
    })

    it('sweeps up what a Pastiche left that was killed, and nothing else', async () => {
      await pretend(keeping(home))
      const folders = [
        'pastiche-open-AAAAAA',
        'pastiche-open-BBBBBB',
        'pastiche-open-mine',
        'pastiche-open-CCCCCC',
      ]
      for (const folder of folders) await mkdir(join(home, folder))
      for (const folder of folders.slice(0, 3)) await writeFile(join(home, folder, 'pastiche.html'), '')
      await writeFile(join(home, 'pastiche-open-BBBBBB', 'letter.txt'), '')
      const longAgo = new Date(Date.now() - 3_600_000)
      for (const folder of folders.slice(0, 3)) await utimes(join(home, folder), longAgo, longAgo)
      await addresses(serve('--port', '0', '--open'))
      await opened()
      expect(folders.filter((folder) => existsSync(join(home, folder)))).toEqual(folders.slice(1))
    })

    it('says so where there is no browser, and continues', async () => {
      await pretend('exit 3')
      const studio = serve('--port', '0', '--open')
      const [url] = await addresses(studio)
      await studio.shows('The browser could not be opened.')
      expect((await visit(url!)).page.status).toBe(200)
      expect((await readdir(home)).filter((name) => name.startsWith('pastiche-open-'))).toEqual([])
    })
  })
})
