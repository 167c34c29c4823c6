import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ModelProgress } from '../../src/host/models/model-store-options.ts'
import type { ModelEntry } from '../../src/shared/contract/models.ts'
import { checksum, entryOf, manifestOf, slimFile } from './support/fake-models.ts'
import { MisbehavingServer, redirect, serve, status, trickle } from './support/misbehaving-server.ts'
import type { Behaviour } from './support/misbehaving-server.ts'
import { assertValid, quick, TestStore } from './support/test-store.ts'

const file = slimFile('vgg19')
const otherFile = slimFile('vgg19', 2)
const servers: MisbehavingServer[] = []

afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())))

async function start(...script: Behaviour[]): Promise<MisbehavingServer> {
  const server = await MisbehavingServer.start(...script)
  servers.push(server)
  return server
}

const urlOf = (server: MisbehavingServer): string => `${server.origin}/vgg19.h5`

/** Downloads the test model; with several servers, each is a mirror. */
async function get(
  test: TestStore,
  where: MisbehavingServer | readonly MisbehavingServer[],
  { entry = {}, ...options }: { entry?: Partial<ModelEntry> } & Parameters<TestStore['open']>[1] = {},
): Promise<{ notices: string[]; fresh: boolean }> {
  const urls = [where].flat().map(urlOf)
  const notices: string[] = []
  const store = test.open(manifestOf(entryOf(file, { urls, ...entry })), options)
  const { fresh } = await store.download('vgg19', { onNotice: (message) => notices.push(message) })
  return { notices, fresh }
}

async function expectInstalled(test: TestStore): Promise<void> {
  expect(await assertValid(test.folder)).toEqual(['vgg19'])
  expect(test.files).toEqual(['vgg19.safetensors'])
}

describe('a download', () => {
  it('ends with the network in the store and nothing else', async () => {
    const test = new TestStore()
    const server = await start(serve(file))
    expect(await get(test, server)).toEqual({ notices: [], fresh: true })
    await expectInstalled(test)
    expect(server.heard.map(({ headers }) => headers['accept-encoding'])).toEqual(['identity'])
  })

  it('is not made again where its network is there', async () => {
    const test = new TestStore()
    const server = await start(serve(file))
    await get(test, server)
    expect((await get(test, server)).fresh).toBe(false)
    expect(server.heard).toHaveLength(1)
  })

  it('is made again where the network in the store is damaged', async () => {
    const test = new TestStore()
    const server = await start(serve(file))
    await get(test, server)
    test.corrupt('vgg19.safetensors')
    expect((await get(test, server)).fresh).toBe(true)
    await expectInstalled(test)
  })

  it('tells how far it is, up to the last byte', async () => {
    const test = new TestStore()
    const server = await start(serve(file))
    const told: ModelProgress[] = []
    const store = test.open(manifestOf(entryOf(file, { urls: [urlOf(server)] })))
    await store.download('vgg19-test', { onProgress: (progress) => told.push(progress) })
    const bytes = told.map((progress) => progress.bytes)
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b))
    expect(told[0]).toEqual({ phase: 'downloading', bytes: 0, totalBytes: file.length })
    expect(told.at(-1)).toEqual({ phase: 'converting', bytes: file.length, totalBytes: file.length })
  })

  it('knows a file by MD5 where its publisher gives no more', async () => {
    const test = new TestStore()
    const server = await start(serve(file))
    await get(test, server, { entry: { sha256: undefined, md5: checksum('md5', file) } })
    await expectInstalled(test)
  })
})

describe('a lost connection', () => {
  it('is taken up where it was lost, at 40 %', async () => {
    const test = new TestStore()
    const server = await start(serve(file, { dropAt: 0.4 }), serve(file))
    const { notices } = await get(test, server)
    await expectInstalled(test)
    expect(server.ranges).toEqual([null, `bytes=${Math.floor(0.4 * file.length)}-`])
    expect(server.heard[1]!.headers['if-range']).toBe('"one"')
    expect(notices).toEqual([`${server.host}: the connection was lost; trying again in 1 s.`])
  })

  it('may be lost again and again, as long as something comes', async () => {
    const test = new TestStore()
    const server = await start(...Array<Behaviour>(10).fill(serve(file, { dropAt: 0.4 })), serve(file))
    await get(test, server)
    await expectInstalled(test)
    expect(server.heard).toHaveLength(11)
  })

  it('is given up after a few tries that bring nothing, and what came is kept', async () => {
    const test = new TestStore()
    const server = await start(serve(file, { dropAt: 0.4 }), serve(file, { dropAt: 0 }))
    await expect(get(test, server)).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining(`${server.host}: the connection was lost`) as string,
    })
    expect(server.heard).toHaveLength(1 + quick.maxFruitlessTries)
    expect(test.part()).toEqual(file.subarray(0, Math.floor(0.4 * file.length)))
    expect(await assertValid(test.folder)).toEqual([])
  })

  it('is taken up by a later run', async () => {
    const test = new TestStore()
    const server = await start(
      serve(file, { dropAt: 0.4 }),
      ...Array<Behaviour>(quick.maxFruitlessTries).fill(status(503)),
      serve(file),
    )
    await expect(get(test, server)).rejects.toMatchObject({ code: 'download-failed' })
    await get(test, server)
    await expectInstalled(test)
    expect(server.ranges.at(-1)).toBe(`bytes=${Math.floor(0.4 * file.length)}-`)
  })

  it('does not mix two versions of the file: one that changed starts over', async () => {
    const test = new TestStore()
    const server = await start(
      serve(otherFile, { dropAt: 0.4, etag: '"old"' }),
      serve(file, { etag: '"new"' }),
    )
    await get(test, server)
    await expectInstalled(test)
    expect(server.heard).toHaveLength(2)
  })

  it('starts over if a server still sends a range of a changed file', async () => {
    const test = new TestStore()
    const careless = serve(file, { etag: '"new"' })
    const server = await start(
      serve(otherFile, { dropAt: 0.4, etag: '"old"' }),
      (request, response) => {
        delete request.headers['if-range']
        return careless(request, response)
      },
      serve(file, { etag: '"new"' }),
    )
    const { notices } = await get(test, server)
    await expectInstalled(test)
    expect(notices[1]).toContain('the file changed on the server')
  })

  it('starts over if indistinguishable pieces do not make the file', async () => {
    const test = new TestStore()
    const server = await start(serve(otherFile, { dropAt: 0.4, etag: null }), serve(file, { etag: null }))
    const { notices } = await get(test, server)
    await expectInstalled(test)
    expect(server.ranges).toEqual([null, expect.stringMatching(/^bytes=/), null])
    expect(notices[1]).toContain('the pieces do not make the right file')
  })

  it('goes by the date where the ETag is a weak one', async () => {
    const test = new TestStore()
    const lastModified = 'Wed, 21 Oct 2015 07:28:00 GMT'
    const options = { etag: 'W/"weak"', lastModified }
    const server = await start(serve(file, { ...options, dropAt: 0.4 }), serve(file, options))
    await get(test, server)
    await expectInstalled(test)
    expect(server.heard[1]!.headers['if-range']).toBe(lastModified)
  })
})

describe('a server that ignores ranges', () => {
  it('sends the whole file again', async () => {
    const test = new TestStore()
    const server = await start(serve(file, { dropAt: 0.4 }), serve(file, { ignoresRanges: true }))
    await get(test, server)
    await expectInstalled(test)
  })

  it('and never gets to the end is given up', async () => {
    const test = new TestStore()
    const server = await start(serve(file, { dropAt: 0.4, ignoresRanges: true }))
    await expect(get(test, server)).rejects.toMatchObject({ code: 'download-failed' })
    expect(server.heard).toHaveLength(1 + quick.maxFruitlessTries)
    expect(await assertValid(test.folder)).toEqual([])
  })

  it('or sends another range than was asked for is asked for the whole file', async () => {
    const test = new TestStore()
    const total = file.length
    const server = await start(
      serve(file, { dropAt: 0.4 }),
      serve(file, { contentRange: `bytes 5-${total - 1}/${total}` }),
      serve(file),
    )
    await get(test, server)
    await expectInstalled(test)
    expect(server.ranges[2]).toBeNull()
  })

  it('or knows of no such range any more is asked for the whole file', async () => {
    const test = new TestStore()
    const server = await start(serve(file, { dropAt: 0.4 }), status(416), serve(file))
    await get(test, server)
    await expectInstalled(test)
    expect(server.ranges[2]).toBeNull()
  })
})

describe('a wrong file', () => {
  it('of another length is refused by its head, before a byte is written', async () => {
    const test = new TestStore()
    const server = await start(serve(file.subarray(1)))
    await expect(get(test, server)).rejects.toMatchObject({
      code: 'download-failed',
      message: `Cannot download VGG19 (test): ${server.host}: it has a file of ${file.length - 1} bytes instead of ${file.length}.`,
    })
    expect(server.heard).toHaveLength(1)
    expect(test.part()).toBeNull()
  })

  it('that says it has another length than it has is refused', async () => {
    const test = new TestStore()
    const server = await start(serve(file.subarray(0, 1000), { contentLength: file.length }))
    const timings = { stallTimeoutMs: 100 }
    await expect(get(test, server, { timings })).rejects.toMatchObject({ code: 'download-failed' })
    expect(await assertValid(test.folder)).toEqual([])
  })

  it('of the right length is refused by its checksum', async () => {
    const test = new TestStore()
    const server = await start(serve(randomBytes(file.length)))
    await expect(get(test, server)).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('it has another file (sha256 differs)') as string,
    })
    expect(server.heard).toHaveLength(1)
    expect(test.part()).toHaveLength(0)
    expect(await assertValid(test.folder)).toEqual([])
  })

  it('of the same network is refused too', async () => {
    const test = new TestStore()
    await expect(get(test, await start(serve(otherFile)))).rejects.toMatchObject({ code: 'download-failed' })
    expect(await assertValid(test.folder)).toEqual([])
  })

  it('without a length is cut off where the right one would end', async () => {
    const test = new TestStore()
    const long = Buffer.concat([file, randomBytes(100_000)])
    const server = await start(serve(long, { tellsLength: false }))
    await expect(get(test, server)).rejects.toMatchObject({
      message: expect.stringContaining(`it sends more than the ${file.length} bytes of the file`) as string,
    })
    expect(test.part()!.length).toBeLessThanOrEqual(file.length)
  })

  it('that the manifest calls right, but that is none, is refused by the engine', async () => {
    const test = new TestStore()
    // Random bytes would, now and then, begin as one of the formats does.
    const nonsense = Buffer.from('no weights at all '.repeat(50))
    const server = await start(serve(nonsense))
    const entry = entryOf(nonsense, { urls: [urlOf(server)] })
    await expect(test.open(manifestOf(entry)).download('vgg19')).rejects.toMatchObject({
      code: 'weights-unsupported',
    })
    expect(await assertValid(test.folder)).toEqual([])
  })

  it('that holds another network than its entry says is refused', async () => {
    const test = new TestStore()
    const vgg16 = slimFile('vgg16')
    const server = await start(serve(vgg16))
    const entry = entryOf(vgg16, { urls: [urlOf(server)] })
    await expect(test.open(manifestOf(entry)).download('vgg19')).rejects.toMatchObject({
      code: 'weights-damaged',
      message: 'The download is vgg16, not vgg19.',
    })
    expect(await assertValid(test.folder)).toEqual([])
  })

  it('is no matter where another address has the right one', async () => {
    const test = new TestStore()
    const bad = await Promise.all([
      start(serve(randomBytes(file.length))),
      start(status(404)),
      start(serve(file.subarray(9))),
    ])
    const { notices } = await get(test, [...bad, await start(serve(file))])
    await expectInstalled(test)
    expect(notices).toHaveLength(3)
  })
})

describe('what a server answers', () => {
  it('404: it is not asked again', async () => {
    const test = new TestStore()
    const server = await start(status(404))
    await expect(get(test, server)).rejects.toMatchObject({
      code: 'download-failed',
      message: `Cannot download VGG19 (test): ${server.host}: it answered 404.`,
    })
    expect(server.heard).toHaveLength(1)
  })

  it('500, 503, 429: it is asked again', async () => {
    const test = new TestStore()
    const server = await start(status(500), status(503), status(429, { 'retry-after': '0' }), serve(file))
    await get(test, server)
    await expectInstalled(test)
    expect(server.heard).toHaveLength(4)
  })

  it('500 for ever: it is given up', async () => {
    const test = new TestStore()
    const server = await start(status(500))
    await expect(get(test, server)).rejects.toMatchObject({
      message: `Cannot download VGG19 (test): ${server.host}: it answered 500.`,
    })
    expect(server.heard).toHaveLength(quick.maxFruitlessTries)
  })

  it('500 for ever: the next address is asked before it is asked again', async () => {
    const test = new TestStore()
    const broken = await start(status(500))
    await get(test, [broken, await start(serve(file))])
    await expectInstalled(test)
    expect(broken.heard).toHaveLength(1)
  })

  it('a packed body: it is refused', async () => {
    const test = new TestStore()
    const server = await start(status(200, { 'content-encoding': 'gzip' }))
    await expect(get(test, server)).rejects.toMatchObject({
      message: expect.stringContaining('it sends the file packed (gzip)') as string,
    })
  })

  it('a size of nothing: the end of the body is the end of the file', async () => {
    const test = new TestStore()
    await get(test, await start(serve(file, { tellsLength: false })), { entry: { bytes: null } })
    await expectInstalled(test)
  })
})

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('of %d is followed, with the range', async (code) => {
    const test = new TestStore()
    const target = await start(serve(file, { dropAt: 0.4 }), serve(file))
    const server = await start(redirect(`${target.origin}/elsewhere`, code))
    await get(test, server)
    await expectInstalled(test)
    expect(target.heard.map(({ url }) => url)).toEqual(['/elsewhere', '/elsewhere'])
    expect(target.ranges[1]).toMatch(/^bytes=/)
  })

  it('may be relative', async () => {
    const test = new TestStore()
    await get(test, await start(redirect('/elsewhere'), serve(file)))
    await expectInstalled(test)
  })

  it.each([
    ['file:///etc/passwd', 'it redirects to file:'],
    ['http://user:secret@127.0.0.1/', 'it redirects to an address with a password'],
    ['http://[', 'it redirects to nowhere'],
  ])('to %s is not followed', async (location, reason) => {
    const test = new TestStore()
    const server = await start(redirect(location))
    await expect(get(test, server)).rejects.toMatchObject({
      message: `Cannot download VGG19 (test): ${server.host}: ${reason}.`,
    })
    expect(server.heard).toHaveLength(1)
  })

  it('in a circle ends after a few', async () => {
    const test = new TestStore()
    const server = await start(redirect('/again'))
    await expect(get(test, server)).rejects.toMatchObject({
      message: expect.stringContaining('it redirects more than 5 times') as string,
    })
    expect(server.heard).toHaveLength(6)
  })
})

describe('a slow server', () => {
  it('that trickles is waited for, though it takes longer than it may be silent', async () => {
    const test = new TestStore()
    const server = await start(trickle(file, 8000, 30))
    await get(test, server, { timings: { stallTimeoutMs: 500 } })
    await expectInstalled(test)
    expect(server.heard).toHaveLength(1)
  })

  it('that falls silent is left, and asked for the rest', async () => {
    const test = new TestStore()
    const server = await start(serve(file, { stallAt: 0.4 }), serve(file))
    const { notices } = await get(test, server, { timings: { stallTimeoutMs: 100 } })
    await expectInstalled(test)
    expect(notices[0]).toContain('nothing came for 0.1 s')
    expect(server.ranges[1]).toMatch(/^bytes=/)
  })

  it('that never answers is given up', async () => {
    const test = new TestStore()
    const server = await start(() => undefined)
    const timings = { stallTimeoutMs: 20 }
    await expect(get(test, server, { timings })).rejects.toMatchObject({ code: 'download-failed' })
    expect(server.heard).toHaveLength(quick.maxFruitlessTries)
  })

  it('that trickles for longer than anyone would wait is left', async () => {
    const test = new TestStore()
    const server = await start(trickle(file, 10, 20))
    const timings = { totalTimeoutMs: 200 }
    await expect(get(test, server, { timings })).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('was stopped after') as string,
    })
    expect(test.part()!.length).toBeGreaterThan(0)
  })
})

describe('a download that is cancelled', () => {
  it('keeps what has arrived, and resumes there the next time', async () => {
    const test = new TestStore()
    const server = await start(trickle(file, 10_000, 10), serve(file, { etag: null }))
    const store = test.open(manifestOf(entryOf(file, { urls: [urlOf(server)] })))
    const cancel = new AbortController()
    const running = store.download('vgg19', {
      signal: cancel.signal,
      onProgress: ({ bytes }) => {
        if (bytes > 50_000) cancel.abort()
      },
    })
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    const kept = test.part()!.length
    expect(kept).toBeGreaterThan(50_000)
    await store.download('vgg19')
    await expectInstalled(test)
    expect(server.ranges).toEqual([null, `bytes=${kept}-`])
  })

  it('while it rests between two tries ends at once', async () => {
    const test = new TestStore()
    const server = await start(status(503))
    const store = test.open(manifestOf(entryOf(file, { urls: [urlOf(server)] })), {
      timings: { retryBaseMs: 60_000, retryMaxMs: 60_000 },
    })
    const cancel = new AbortController()
    const running = store.download('vgg19', { signal: cancel.signal, onNotice: () => cancel.abort() })
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    expect(server.heard).toHaveLength(1)
  })

  it('before it began opens no connection', async () => {
    const test = new TestStore()
    const server = await start(serve(file))
    const store = test.open(manifestOf(entryOf(file, { urls: [urlOf(server)] })))
    await expect(store.download('vgg19', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(server.connections).toBe(0)
  })
})

describe('before a download', () => {
  it('room on the disk is asked for: for the rest of the file and for what is made of it', async () => {
    const test = new TestStore()
    const server = await start(serve(file))
    await expect(get(test, server, { freeBytes: () => Promise.resolve(100_000_000) })).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(
        /^There is too little space at .*: 100\.0 MB free, 10\d\.\d MB needed\.$/,
      ) as string,
    })
    expect(server.connections).toBe(0)
  })

  it('a disk that tells nothing is taken at its word', async () => {
    const test = new TestStore()
    await get(test, await start(serve(file)), { freeBytes: () => Promise.resolve(null) })
    await expectInstalled(test)
  })

  it('a file that only waits to be converted is not fetched again', async () => {
    const test = new TestStore()
    const server = await start(serve(file))
    test.putPart(file)
    await get(test, server)
    await expectInstalled(test)
    expect(server.connections).toBe(0)
  })

  it('a file that was damaged while it waited is fetched again', async () => {
    const test = new TestStore()
    test.putPart(Buffer.alloc(file.length))
    await get(test, await start(serve(file)))
    await expectInstalled(test)
  })

  it.each(['not JSON', '{"schema":2}', '{"schema":1,"url":5}'])(
    'a note that reads %s says nothing, and the file is fetched from its start',
    async (note) => {
      const test = new TestStore()
      const server = await start(serve(file))
      test.putPart(file.subarray(0, 1000), note)
      await get(test, server)
      await expectInstalled(test)
      expect(server.ranges).toEqual([null])
    },
  )
})

describe("a mirror of one's own", () => {
  it('is asked instead of the publisher, for the published name', async () => {
    const test = new TestStore()
    const [publisher, mirror] = [await start(serve(file)), await start(serve(file))]
    await get(test, publisher, { baseUrl: `${mirror.origin}/weights/` })
    await expectInstalled(test)
    expect(publisher.connections).toBe(0)
    expect(mirror.heard.map(({ url }) => url)).toEqual(['/weights/vgg19.h5'])
  })

  it('cannot slip in another file', async () => {
    const test = new TestStore()
    const mirror = await start(serve(otherFile))
    await expect(get(test, await start(serve(file)), { baseUrl: mirror.origin })).rejects.toMatchObject({
      code: 'download-failed',
    })
    expect(await assertValid(test.folder)).toEqual([])
  })

  it('may want a password, which is written nowhere', async () => {
    const test = new TestStore()
    const mirror = await start(serve(file, { dropAt: 0.4 }), serve(file, { dropAt: 0 }))
    const baseUrl = mirror.origin.replace('//', '//user:secret@')
    const error = await get(test, mirror, { baseUrl }).catch((thrown: unknown) => thrown as Error)
    expect((error as Error).message).not.toContain('secret')
    expect(mirror.heard[1]!.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('user:secret').toString('base64')}`,
      range: expect.stringMatching(/^bytes=/) as string,
    })
    const note = readFileSync(join(test.folder, 'downloads', 'vgg19-test.part.json'), 'utf8')
    expect(note).not.toContain('secret')
  })

  it.each(['mirror.example', 'ftp://mirror.example', 'http://'])('at %s is refused', async (baseUrl) => {
    const test = new TestStore()
    await expect(get(test, await start(serve(file)), { baseUrl })).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining('PASTICHE_MODELS_URL must begin with') as string,
    })
  })
})
