import type { Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { startStudioServer, type ServerLimits } from '../../src/server/index.ts'
import { Bench, closed, readToEnd } from './support/bench.ts'

let bench: Bench
let sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets = []
  await bench.close()
})

async function openIdle(count: number, limits: Partial<ServerLimits> = {}): Promise<void> {
  bench = await Bench.open(limits)
  sockets = await Promise.all(Array.from({ length: count }, () => bench.connect()))
}

const closedCount = (): number => sockets.filter(({ destroyed }) => destroyed).length

it('answers a user while 200 connections ask for nothing', async () => {
  await openIdle(200)
  for (let i = 0; i < 20; i++) expect((await bench.ask('/')).status).toBe(200)
  const page = await bench.openSocket()
  page.close()
  await closed(page)
})

it('answers a user while more connections than it takes ask for nothing, again and again', async () => {
  await openIdle(60, { maxConnections: 40, maxSilentConnections: 20 })
  for (let i = 0; i < 20; i++) {
    sockets.push(...(await Promise.all(Array.from({ length: 5 }, () => bench.connect()))))
    expect((await bench.ask('/')).status).toBe(200)
  }
})

it('drops connections that ask for nothing', async () => {
  await openIdle(20, { headersTimeoutMs: 100, timeoutCheckMs: 50 })
  // A socket that is never read never learns that it is closed.
  for (const socket of sockets) socket.resume()
  await expect.poll(closedCount, { timeout: 5000 }).toBe(20)
})

it('drops a request whose headers never end', async () => {
  await openIdle(1, { headersTimeoutMs: 100, timeoutCheckMs: 50 })
  const drip = setInterval(() => sockets[0]!.write('X-A: b\r\n'), 20)
  sockets[0]!.write(`GET / HTTP/1.1\r\nHost: ${bench.host}\r\n`)
  expect(await readToEnd(sockets[0]!)).toMatch(/^HTTP\/1\.1 408 /)
  clearInterval(drip)
})

it('hangs up on a stranger after the answer', async () => {
  await openIdle(1)
  sockets[0]!.write(`GET / HTTP/1.1\r\nHost: ${bench.host}\r\n\r\n`)
  expect(await readToEnd(sockets[0]!)).toMatch(/^HTTP\/1\.1 403 [^]*\r\nConnection: close\r\n/)
})

it('drops none that has asked for something, however many come that do not', async () => {
  await openIdle(0, { maxSilentConnections: 5 })
  const upload = await bench.connect()
  const own = Object.entries(bench.ownHeaders).map(([name, value]) => `${name}: ${value}`)
  const asked = [
    'POST /upload?for=picture&name=a HTTP/1.1',
    ...own,
    'Connection: close',
    'Content-Length: 2',
    '',
    'x',
  ]
  upload.write(asked.join('\r\n'))
  await expect.poll(() => bench.studio.uploads[0]?.bytes).toBe(1)
  sockets = await Promise.all(Array.from({ length: 20 }, () => bench.connect()))
  // Connections are taken in their order, so all of them are in now.
  await bench.ask('/')
  upload.write('y')
  expect(await readToEnd(upload)).toMatch(/^HTTP\/1\.1 200 /)
})

it.each([
  ['headers that are too long', `GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`],
  ['an address that is too long', `GET /${'x'.repeat(100_000)} HTTP/1.1\r\n\r\n`],
  ['a header without end', `GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(50_000)}`],
  ['two lengths', 'POST /upload HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx'],
  [
    'a length and pieces',
    'POST /upload HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a negative length', 'POST /upload HTTP/1.1\r\nContent-Length: -1\r\n\r\n'],
  ['bytes', '\x16\x03\x01\x02\x00\x01\x00'],
])('survives %s', async (_name, text) => {
  await openIdle(0)
  expect(await bench.raw(text)).toMatch(/^HTTP\/1\.1 4\d\d /)
  expect((await bench.ask('/')).status).toBe(200)
})

it('closes pages, connections, downloads and uploads with itself, and tells the pages', async () => {
  await openIdle(3)
  const page = await bench.openSocket()
  const pageEnd = closed(page)
  const stuck = await bench.openSocket()
  stuck.pause()
  const upload = await bench.connect()
  const own = Object.entries(bench.ownHeaders).map(([name, value]) => `${name}: ${value}`)
  upload.write(
    ['POST /upload?for=picture&name=a HTTP/1.1', ...own, 'Content-Length: 9', '', 'x'].join('\r\n'),
  )
  await expect.poll(() => bench.studio.uploads.length).toBe(1)
  await Promise.all([bench.server.close(), bench.server.close()])
  expect(await pageEnd).toEqual({ code: 1001, reason: 'Pastiche was closed.' })
  await bench.studio.uploads[0]!.ended
  expect(bench.studio.gone).toBe(2)
  await expect(bench.connect()).rejects.toThrow('ECONNREFUSED')
  stuck.terminate()
})

it('leaves nothing open behind it', async () => {
  const before = process.getActiveResourcesInfo().length
  bench = await Bench.open()
  const page = await bench.openSocket()
  await bench.ask('/')
  await bench.server.close()
  if (page.readyState !== page.CLOSED) await closed(page)
  await expect.poll(() => process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before)
})

it('says that a port is taken, and that an address is not of this computer', async () => {
  await openIdle(0)
  const options = { studio: bench.studio, page: `${bench.folder}/page` }
  await expect(startStudioServer({ ...options, port: bench.server.port })).rejects.toMatchObject({
    code: 'port-taken',
    message: `Port ${bench.server.port} is already in use by another program.`,
  })
  await expect(startStudioServer({ ...options, host: '203.0.113.9' })).rejects.toMatchObject({
    code: 'cannot-listen',
    message: '203.0.113.9 is not an address of this computer.',
  })
})
