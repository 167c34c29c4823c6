import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { appPaths, Studio } from '../../src/host/index.ts'
import type { MethodName } from '../../src/shared/contract/define.ts'
import { studioContract, type StudioContract } from '../../src/shared/contract/studio.ts'
import { errorCatalogue, PasticheError } from '../../src/shared/errors.ts'
import { createClient, type Client } from '../../src/shared/rpc/client.ts'
import { createMemoryPair } from '../../src/shared/rpc/memory-pair.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { FakeWorkers } from './support/fake-worker.ts'
import { browserShell, tinyJob } from './support/real-studio.ts'
import { tinyPng } from './support/tiny-png.ts'

type Method = MethodName<StudioContract>
const methods = Object.keys(studioContract.methods) as Method[]
const temporary = temporaryFolder()
const home = join(temporary.path, 'home')
const appVersion = '1.2.3'
const workers = new FakeWorkers(appVersion)
const secret = temporary.file('secret.png', 'of the user')
let studio: Studio
let client: Pick<Client<StudioContract>, 'call'>
/** Inputs that each method takes, or nearly so. */
let inputs: Record<Method, unknown[]>

beforeAll(async () => {
  mkdirSync(home)
  studio = await Studio.open({
    ...{ appVersion, spawn: workers.spawn, env: { PASTICHE_OFFLINE: '1' }, fallbackFolders: [] },
    paths: appPaths({ env: { PASTICHE_HOME: home } }),
  })
  const [near, far] = createMemoryPair()
  studio.connect(far, browserShell)
  // Events are heard elsewhere.
  client = createClient({ ...studioContract, events: {} }, near)
  const photo = studio.grant(temporary.file('photo.png', tinyPng))
  const style = studio.grant(temporary.file('style.png', tinyPng))
  const preset = studio.grant(
    temporary.file('a.pastiche', '{"schema":1,"id":"a","name":"A","parameters":{}}'),
  )
  const job = await client.call('start', tinyJob(photo, style))
  await vi.waitUntil(() => workers.started.some(({ begun }) => begun.length > 0))
  const painter = workers.started.find(({ begun }) => begun.length > 0)!
  painter.paint(1)
  painter.finish()
  await vi.waitUntil(() => studio.jobs[0]?.status.state === 'done')
  const resultId = studio.gallery.list(0, 1).entries[0]!.id
  const queued = await client.call('start', tinyJob(photo, style))
  inputs = examples({ photo, style, preset, resultId, jobIds: [job.id, queued.id] })
})
afterAll(() => studio.close())

interface Known {
  readonly photo: string
  readonly style: string
  readonly preset: string
  readonly resultId: string
  readonly jobIds: readonly string[]
}

function examples({ photo, style, preset, resultId, jobIds }: Known): Record<Method, unknown[]> {
  const request = tinyJob(photo, style, {}, 'pastiche')
  const { parameters: _, ...rest } = request
  const ofJobs = jobIds.map((jobId) => ({ jobId }))
  const steering = { method: 'optimise', parameters: { styleWeight: 2, styleLayers: { relu1_1: 1 } } }
  const commands = [...['pause', 'resume', 'stop'].map((kind) => ({ kind })), { kind: 'steer', steering }]
  const own = { name: 'Mine', description: 'A', parameters: { steps: 3 }, base: 'gentle', replace: true }
  const options = { format: 'png', quality: 90, bitDepth: 8, keepMetadata: true, keepGps: false }
  const networks = [{ network: 'vgg16' }, { network: 'vgg19' }]
  return {
    ...{ open: [{}], recent: [{}] },
    ...{ inspect: [{ ticket: photo }], pick: [{ what: 'picture', multiple: true }] },
    saveDraft: [{ ...rest, own: { steps: 3 } }],
    ...{ forecast: [request], start: [request], job: ofJobs },
    control: jobIds.flatMap((jobId) => commands.map((command) => ({ jobId, command }))),
    moveJob: jobIds.map((jobId) => ({ jobId, place: 0 })),
    ...{ goOn: ofJobs, restart: ofJobs, dismiss: ofJobs, watch: [...ofJobs, { jobId: null }] },
    gallery: [{ offset: 0, limit: 10 }],
    ...{ recipe: [{ resultId }], rename: [{ resultId, name: 'Evening' }], reuse: [{ resultId }] },
    ...{ delete: [{ resultIds: [resultId] }], undelete: [{ resultIds: [resultId] }] },
    save: [{ resultId, options }],
    ...{ copy: [{ resultId }], reveal: [{ resultId }] },
    ...{ savePreset: [own], renamePreset: [{ id: 'mine', name: 'Yours' }], removePreset: [{ id: 'mine' }] },
    ...{ importPreset: [{ ticket: preset, replace: true }], exportPreset: [{ id: 'gentle' }] },
    ...{ downloadModel: [{ id: 'vgg19-keras' }], cancelModel: networks, removeModel: networks },
    importModel: [{ ticket: photo, family: 'caffe', allowUnverified: true }],
    verifyModel: networks,
    devices: [{ refresh: false }],
    changeSettings: [{ offline: true, theme: 'dark', threads: 2, notify: false }],
  }
}

/** Ways in which a page may try to get at a file: a path, or anything that has the shape of a ticket or an id of ours. */
const foreign = [secret, '../secret.png', 'A'.repeat(22), '00000000-0000-4000-8000-000000000000']

const strange = fc.oneof(
  fc.constantFrom<unknown>(...foreign),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    ...[
      secret,
      '/etc/passwd',
      '../../../etc/passwd',
      'file:///etc/passwd',
      'C:\\Windows\\win.ini',
      '\\\\host\\share',
    ],
    ...['__proto__', 'constructor', '', '\0', '\ud800', '🌊'.repeat(200), 'x'.repeat(10_000)],
    ...[-1, 0.5, 1e308, 2 ** 53, null, true, {}, [], [[]], { toString: 1 }],
    ...['con', 'pastiche', 'Gentle', 'auto', 'vgg19'],
  ),
)

type Mutation = readonly [place: number, value: unknown, what: 'value' | 'name' | 'less' | 'more' | 'none']
const mutation: fc.Arbitrary<Mutation> = fc.tuple(
  fc.nat(),
  strange,
  fc.constantFrom('value', 'value', 'name', 'less', 'more', 'none'),
)

/** Some field, at any depth, gets another value or another name, goes, or gets a neighbour. */
function mutate(json: unknown, [place, value, what]: Mutation): unknown {
  const whole = { json: structuredClone(json) }
  const places: [Record<string, unknown>, string][] = []
  const visit = (object: Record<string, unknown>): void => {
    for (const [key, inner] of Object.entries(object)) {
      places.push([object, key])
      if (typeof inner === 'object' && inner !== null) visit(inner as Record<string, unknown>)
    }
  }
  visit(whole)
  const [object, key] = places[place % places.length]!
  const name = JSON.stringify(value).slice(0, 20)
  if (what === 'value') object[key] = value
  if (what === 'more' || what === 'name') Object.assign(object, { [name]: object[key] })
  if (what === 'less' || what === 'name') Reflect.deleteProperty(object, key)
  return whole.json
}

function countPlaces(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce<number>((sum, inner) => sum + countPlaces(inner), 1)
}

/** A call, as a page may make it that is broken, or not ours. */
const call = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...methods), strange) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...methods), fc.nat(), fc.array(mutation, { maxLength: 2 }))
      .map(([method, which, mutations]): [Method, unknown] => {
        const examples = inputs[method]
        return [method, mutations.reduce(mutate, examples[which % examples.length])]
      }),
  },
)

/** Codes that mean that nobody foresaw something. */
const faults = ['internal', 'malformed-message', 'unknown-method', 'engine-mismatch']

async function answered(method: Method, input: unknown): Promise<void> {
  const timer = new Promise((resolve) => setTimeout(resolve, 5000, 'no answer').unref())
  const answer = await Promise.race([
    client.call(method, input as never).then(
      () => 'answer',
      (thrown: unknown) => thrown,
    ),
    timer,
  ])
  if (answer === 'answer') return
  expect(answer, `${method} ${JSON.stringify(input)}`).toBeInstanceOf(PasticheError)
  const { code, message } = answer as PasticheError
  expect(Object.keys(errorCatalogue)).toContain(code)
  expect(faults, `${method} ${JSON.stringify(input)}: ${message}`).not.toContain(code)
}

function listing(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => `${name} ${statSync(join(folder, name)).mtimeMs}`)
}

describe('the inputs that the others are made from', () => {
  it.each(methods)('are right for "%s"', (method) => {
    for (const input of inputs[method])
      expect(studioContract.methods[method].input.safeParse(input)).toMatchObject({ success: true })
  })
})

describe('whatever a page says', () => {
  it('is answered, with an error of the catalogue where it is wrong', async () => {
    await fc.assert(
      fc.asyncProperty(call, ([method, input]) => answered(method, input)),
      { numRuns: 2500 },
    )
  })

  it('opens no path and writes nothing outside the home of Pastiche', async () => {
    const outside = (): unknown => [
      listing(temporary.path).filter((entry) => !entry.startsWith('home ')),
      listing(process.cwd()).filter((entry) => !/^(out|node_modules|\.git|coverage) /.test(entry)),
    ]
    const before = outside()
    for (const method of methods)
      for (const input of inputs[method])
        for (let place = 1; place < countPlaces(input); place++)
          for (const value of foreign) await answered(method, mutate(input, [place, value, 'value']))
    expect(outside()).toEqual(before)
    expect(readFileSync(secret, 'utf8')).toBe('of the user')
    const { resources } = studio.paths
    const known = [
      home,
      resources,
      ...['photo.png', 'style.png', 'a.pastiche'].map((name) => temporary.file(name)),
    ]
    const opened = workers.started.flatMap(({ tools }) => tools.heard.flatMap(({ input }) => pathsIn(input)))
    expect(opened.length).toBeGreaterThan(0)
    expect(opened.filter((path) => !known.some((start) => path.startsWith(start)))).toEqual([])
  })

  it('leaves the studio as able as before', async () => {
    const { draft, presets } = await client.call('open', {})
    expect(presets.length).toBeGreaterThan(5)
    expect(draft.device).toBeDefined()
  })
})

/** Every text that is a path, at any depth. */
function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return /[/\\]/.test(value) ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : []
}
