import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { build } from 'vite'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest'
import { seededWeights } from '../../src/engine/models/seeded.ts'
import { publishedNetworks } from '../../src/engine/weights/recognise.ts'
import { preprocessings } from '../../src/engine/models/network-weights.ts'
import { entryOf, manifestOf } from '../models/support/fake-models.ts'
import { MisbehavingServer, serve, trickle } from '../models/support/misbehaving-server.ts'
import type { Behaviour } from '../models/support/misbehaving-server.ts'
import { writeKerasH5 } from '../support/weight-files.ts'
import { kerasNames, renamed } from '../support/weight-names.ts'
import { eventsOf, testPicture } from './pastiche.ts'
import type { Finished } from './pastiche.ts'

// A copy of the app whose list of models names one of ours: VGG16 at full size with seeded weights, as Keras writes it.

let app: string
let home: string
let file: Buffer
let server: MisbehavingServer | null

beforeAll(async () => {
  app = mkdtempSync(join(tmpdir(), 'pastiche app '))
  mkdirSync(join(app, 'resources'))
  copyFileSync('package.json', join(app, 'package.json'))
  symlinkSync(resolve('node_modules'), join(app, 'node_modules'), 'junction')
  await build({
    configFile: 'vite.node.config.ts',
    logLevel: 'error',
    build: { outDir: join(app, 'out'), emptyOutDir: true },
  })
  const { vgg16 } = publishedNetworks
  const { tensors } = seededWeights(vgg16, 16, preprocessings.none)
  await writeKerasH5(join(app, 'vgg16.h5'), renamed(tensors, kerasNames(vgg16)))
  file = readFileSync(join(app, 'vgg16.h5'))
  const urls = ['http://publisher.invalid/vgg16.h5']
  const entry = entryOf(file, {
    id: 'vgg16-test',
    name: 'VGG16 (test)',
    network: 'vgg16',
    family: 'caffe',
    format: 'keras-h5',
    urls,
  })
  writeFileSync(join(app, 'resources', 'models.json'), JSON.stringify(manifestOf(entry)))
  await testPicture(48, 32).png().toFile(join(app, 'photo.png'))
  await testPicture(40, 40, 1).png().toFile(join(app, 'style.png'))
})

afterAll(() => rmSync(app, { recursive: true, force: true }))

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pastiche-home-'))
  server = null
})

afterEach(async () => {
  await server?.stop()
  rmSync(home, { recursive: true, force: true })
})

interface Running {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
  /** Resolves once stderr has shown this text. */
  readonly shows: (text: string) => Promise<void>
}

function start(args: readonly string[], variables: Record<string, string> = {}): Running {
  const env = {
    ...process.env,
    PASTICHE_HOME: home,
    PASTICHE_MODELS_URL: server?.origin,
    NO_COLOR: '1',
    NO_PROXY: '*',
    ...variables,
  }
  const child = spawn(process.execPath, [join(app, 'out', 'cli', 'index.js'), ...args], {
    cwd: app,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return {
    child,
    finished: new Promise((done) => child.on('close', (code) => done({ code, stdout, stderr }))),
    async shows(text) {
      while (!stderr.includes(text) && child.exitCode === null)
        await new Promise((tick) => setTimeout(tick, 5))
    },
  }
}

const run = (args: readonly string[], variables?: Record<string, string>): Promise<Finished> =>
  start(args, variables).finished

async function startServer(...script: Behaviour[]): Promise<MisbehavingServer> {
  server = await MisbehavingServer.start(...script)
  return server
}

const networkFile = (): string => join(home, 'weights', 'vgg16.safetensors')

describe('models', () => {
  it('downloads a network over a line that breaks, checks it, paints with it and removes it', async () => {
    const { heard } = await startServer(serve(file, { dropAt: 0.4 }), serve(file))
    const download = await run(['models', 'download', 'vgg16'])
    expect(download).toMatchObject({ code: 0, stdout: `${networkFile()}\n` })
    expect(download.stderr).toContain('30% · ')
    expect(download.stderr).toContain('the connection was lost; trying again in 1 s.')
    expect(download.stderr).toContain('VGG16 (test) is ready.')
    expect(heard.map(({ url }) => url)).toEqual(['/vgg16.h5', '/vgg16.h5'])
    expect(server!.ranges[1]).toMatch(/^bytes=\d+-$/)

    expect((await run(['models', 'list'])).stdout).toContain('✓ vgg16    VGG16 (test), 58.9 MB, verified')
    expect(await run(['models', 'verify'])).toMatchObject({
      code: 0,
      stdout: '✓ vgg16  intact: VGG16 (test), verified\n',
    })
    const again = await run(['models', 'download', 'vgg16'])
    expect(again.stderr).toBe('VGG16 (test) is here already.\n')
    expect(server!.heard).toHaveLength(2)

    const painting = [
      'photo.png',
      '--style',
      'style.png',
      '--network',
      'vgg16',
      '--size',
      '32',
      '--steps',
      '2',
    ]
    const painted = await run(['stylize', ...painting, '--device', 'cpu', '-o', join(home, 'painted.png')])
    expect(painted.code).toBe(0)
    expect(await sharp(join(home, 'painted.png')).metadata()).toMatchObject({ width: 32 })

    expect((await run(['models', 'remove', 'vgg16'])).stderr).toBe(`Removed ${networkFile()}\n`)
    expect(existsSync(networkFile())).toBe(false)
  })

  it('keep what has arrived when Ctrl-C ends a download, say so, and resume there', async () => {
    await startServer(trickle(file, 500_000, 2))
    const running = start(['models', 'download', 'vgg16'])
    await running.shows('20% · ')
    running.child.kill('SIGINT')
    const { code, stderr } = await running.finished
    expect(code).toBe(130)
    expect(stderr).toMatch(/The download of VGG16 \(test\) was cancelled\. \d+\.\d MB of it are kept\.\n/)
    expect(stderr).toContain('Start the download again to resume it.')
    expect(stderr).not.toContain('Error')
    expect((await run(['models', 'list'])).stdout).toMatch(/recommended, \d+\.\d MB here already/)
    expect((await run(['models', 'download', 'vgg16'])).code).toBe(0)
    expect(server!.ranges[1]).toMatch(/^bytes=\d+-$/)
  })

  it('tell one event a line with --json and nothing else', async () => {
    await startServer(serve(file))
    const { code, stdout } = await run(['models', 'download', 'vgg16', '--json'])
    const events = eventsOf(stdout)
    expect(code).toBe(0)
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['progress', 'done']))
    expect(events[0]).toEqual({
      event: 'progress',
      id: 'vgg16',
      phase: 'downloading',
      bytes: 0,
      totalBytes: file.length,
    })
    expect(events.at(-2)).toMatchObject({ phase: 'converting' })
    expect(events.at(-1)).toMatchObject({
      event: 'done',
      network: 'vgg16',
      verified: true,
      fresh: true,
      path: networkFile(),
    })
    const listed = JSON.parse((await run(['models', 'list', '--json'])).stdout) as { networks: unknown[] }
    expect(listed).toMatchObject({
      offline: false,
      networks: [
        { network: 'vgg16', state: 'ready' },
        { network: 'vgg19', state: 'missing' },
      ],
    })
    expect(JSON.parse((await run(['models', 'verify', '--json'])).stdout)).toMatchObject([
      { ok: true, network: 'vgg16' },
    ])
    expect(JSON.parse((await run(['models', 'path', 'vgg16', '--json'])).stdout)).toEqual({
      path: networkFile(),
    })
  })

  it('import a file on a stick, and an altered one only where that is allowed', async () => {
    const imported = await run(['models', 'import', 'vgg16.h5'])
    expect(imported).toMatchObject({ code: 0, stdout: `${networkFile()}\n` })
    expect(imported.stderr).toContain(
      'Found VGG16 in a Keras .h5 file: the published VGG16 (test), with Caffe',
    )
    expect(imported.stderr).toContain('Use it: pastiche stylize PHOTO --style PAINTING --network vgg16\n')
    writeFileSync(join(home, 'altered.h5'), file)
    const bytes = readFileSync(join(home, 'altered.h5'))
    bytes[bytes.length - 1000]! ^= 1
    writeFileSync(join(home, 'altered.h5'), bytes)
    const refused = await run(['models', 'import', join(home, 'altered.h5')])
    expect(refused.code).toBe(6)
    expect(refused.stderr).toContain('If you trust its source, import it with --allow-unverified.')
    const allowed = await run(['models', 'import', join(home, 'altered.h5'), '--allow-unverified'])
    expect(allowed.code).toBe(0)
    expect(allowed.stderr).toContain('It is marked as unverified.')
    expect((await run(['models', 'list'])).stdout).toContain('VGG16, imported, 58.9 MB, unverified')
  })

  it('need not be imported for --weights, which takes the file of another program', async () => {
    const painting = ['photo.png', '--style', 'style.png', '--size', '32', '--steps', '1', '--device', 'cpu']
    const output = join(home, 'painted.png')
    const named = ['stylize', ...painting, '--weights', 'vgg16.h5', '-o', output]
    const painted = await run([...named, '--network', 'vgg16'])
    expect(painted.code).toBe(0)
    expect(painted.stderr).toContain('Found VGG16 in a Keras .h5 file')
    expect(existsSync(networkFile())).toBe(false)
    const other = await run([...named, '--overwrite', '--network', 'vgg19'])
    expect(other.stderr).toContain('holds VGG16, not VGG19')
    const without = await run(named)
    expect(without.code).toBe(2)
    expect(without.stderr).toContain('Add --network vgg16 or --network vgg19.')
  })

  it('say where the network was damaged, with the exit code of weights', async () => {
    await run(['models', 'import', 'vgg16.h5'])
    const bytes = readFileSync(networkFile())
    bytes[bytes.length >> 1]! ^= 1
    writeFileSync(networkFile(), bytes)
    const { code, stdout } = await run(['models', 'verify'])
    expect(code).toBe(6)
    expect(stdout).toContain('✗ vgg16  The weights file is damaged: its checksum is not')
  })

  it('open no connection where Pastiche is set to offline, whatever is asked of them', async () => {
    await startServer(serve(file))
    const watched = join(home, 'connections.txt')
    const watch = {
      NODE_OPTIONS: `--require "${resolve('tests/models/support/watch-network.cjs')}"`,
      WATCH_FILE: watched,
    }
    const heard = (): string[] => [...new Set(readFileSync(watched, 'utf8').trim().split('\n'))]
    const offline = { ...watch, PASTICHE_OFFLINE: '1' }
    const download = await run(['models', 'download', 'vgg16'], offline)
    expect(download.code).toBe(6)
    expect(download.stderr).toContain('Error: Cannot download VGG16 (test): Pastiche is set to offline.')
    for (const args of [
      ['list'],
      ['import', 'vgg16.h5'],
      ['verify'],
      ['download', 'vgg16'],
      ['remove', 'vgg16'],
    ])
      expect((await run(['models', ...args], offline)).code).toBe(0)
    expect(heard()).toEqual(['watching'])
    expect(server!.connections).toBe(0)
    await run(['models', 'download', 'vgg16'], watch)
    expect(heard()).toEqual(['watching', 'connect'])
  })

  it('are what stylize names where its network is not here', async () => {
    const { code, stderr } = await run(['stylize', 'photo.png', '--style', 'style.png', '--network', 'vgg19'])
    expect(code).toBe(6)
    expect(stderr).toContain("vgg19 isn't installed")
    expect(stderr).toMatch(/pastiche models download vgg19.*import.*--network compact/)
  })

  it('refuse ids that nobody knows', async () => {
    const { code, stderr } = await run(['models', 'download', 'resnet'])
    expect(code).toBe(2)
    expect(stderr).toContain('There is no model "resnet". Choose one of vgg16, vgg19, vgg16-test.')
  })
})
