import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Socket } from 'node:net'
import { uploadAnswer } from '../../src/shared/contract/media.ts'
import { PasticheError } from '../../src/shared/errors.ts'
import type { ServerLimits } from '../../src/server/index.ts'
import { Bench, readToEnd, type Answer } from './support/bench.ts'
import { uploadTicket } from './support/fake-studio.ts'

let bench: Bench
beforeEach(async () => {
  bench = await Bench.open()
})
afterEach(() => bench.close())

async function reopen(limits: Partial<ServerLimits>): Promise<void> {
  await bench.close()
  bench = await Bench.open(limits)
}

const address = '/upload?for=picture&name=photo.jpg'
const upload = (path: string, body: string | Buffer = 'x'): Promise<Answer> =>
  bench.ask(path, { method: 'POST', body })

/** Begins an upload by hand, so that it can be sent badly. */
async function begin(headers: string[], path = address): Promise<Socket> {
  const socket = await bench.connect()
  const own = Object.entries(bench.ownHeaders).map(([name, value]) => `${name}: ${value}`)
  socket.write([`POST ${path} HTTP/1.1`, ...own, ...headers, '', ''].join('\r\n'))
  return socket
}

function errorOf(answer: string): unknown {
  return uploadAnswer.parse(JSON.parse(answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)))
}

it('hands the bytes of a file to the studio, and its ticket to the page', async () => {
  const answer = await upload(address, Buffer.alloc(3_000_000))
  expect(answer.status).toBe(200)
  expect(uploadAnswer.parse(JSON.parse(answer.body))).toEqual({ ticket: uploadTicket })
  expect(bench.studio.uploads).toMatchObject([
    { purpose: 'picture', name: 'photo.jpg', bytes: 3_000_000, error: null },
  ])
})

it.each([
  '/upload',
  '/upload?for=',
  '/upload?for=passwords',
  '/upload?for=__proto__',
  '/upload?for=../picture',
])('refuses what it does not know the purpose of: %s', async (path) => {
  const answer = await upload(path)
  expect(answer.status).toBe(400)
  expect(uploadAnswer.parse(JSON.parse(answer.body))).toMatchObject({ error: { code: 'invalid-request' } })
  expect(bench.studio.uploads).toEqual([])
})

it.each([
  ['../../etc/passwd', 'passwd'],
  ['..', 'unnamed'],
  ['', 'unnamed'],
  ['C:\\Users\\me\\photo.jpg', 'photo.jpg'],
  ['a\u0000b\r\n.jpg', 'ab.jpg'],
  ['x'.repeat(3000), 'x'.repeat(255)],
  ['Öl 😀.png', 'Öl 😀.png'],
])('makes a plain name of %j', async (name, expected) => {
  await upload(`/upload?for=picture&name=${encodeURIComponent(name)}`)
  expect(bench.studio.uploads).toMatchObject([{ name: expected }])
})

it('refuses a gigabyte that is announced, before it comes', async () => {
  const socket = await begin([`Content-Length: ${2 ** 30}`])
  const answer = await readToEnd(socket)
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  expect(errorOf(answer)).toMatchObject({
    error: { code: 'upload-refused', message: 'This file is too large (limit 256 MB).' },
  })
  expect(bench.studio.uploads).toEqual([])
})

it('does not even ask for it where a client waits to be asked', async () => {
  const refused = await readToEnd(await begin([`Content-Length: ${2 ** 30}`, 'Expect: 100-continue']))
  expect(refused).toMatch(/^HTTP\/1\.1 413 /)
  const socket = await begin(['Content-Length: 3', 'Expect: 100-continue', 'Connection: close'])
  await new Promise((resolve) => socket.once('data', resolve))
  socket.write('abc')
  expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 200 /)
})

it('stops a file that never ends at the limit of its purpose', async () => {
  const limitBytes = 1_000_000
  await reopen({ uploadBytes: { picture: limitBytes, preset: 1000, weights: 1000 } })
  const socket = await begin(['Transfer-Encoding: chunked'])
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
  let sentBytes = 0
  const pump = (): void => {
    while (!socket.destroyed && socket.writable && sentBytes < 2 ** 30) {
      sentBytes += chunk.length
      if (!socket.write(chunk)) return void socket.once('drain', pump)
    }
  }
  pump()
  const answer = await readToEnd(socket)
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  expect(errorOf(answer)).toMatchObject({ error: { code: 'upload-refused' } })
  expect(bench.studio.uploads).toMatchObject([{ error: { code: 'upload-refused' } }])
  expect(bench.studio.uploads[0]!.bytes).toBeLessThanOrEqual(limitBytes)
  // The rest is read for a moment, so that the answer arrives, and then no longer.
  expect(sentBytes).toBeLessThan(2 ** 30)
})

it('takes a file of exactly the limit, and none of a byte more', async () => {
  await reopen({ uploadBytes: { picture: 10, preset: 5, weights: 5 } })
  expect((await upload(address, 'x'.repeat(10))).status).toBe(200)
  expect((await upload(address, 'x'.repeat(11))).status).toBe(413)
  expect((await upload('/upload?for=preset&name=a', 'x'.repeat(6))).status).toBe(413)
})

it('ends when the page goes', async () => {
  const socket = await begin(['Content-Length: 1000000'])
  socket.write('x'.repeat(1000))
  await expect.poll(() => bench.studio.uploads[0]?.bytes).toBe(1000)
  socket.destroy()
  await bench.studio.uploads[0]!.ended
  expect(bench.studio.uploads[0]!.error).toMatchObject({ code: 'connection-closed' })
  expect(bench.faults).toEqual([])
})

it('ends when nothing comes any more', async () => {
  await reopen({ uploadStallMs: 100 })
  const socket = await begin(['Content-Length: 1000000'])
  socket.write('x'.repeat(1000))
  await readToEnd(socket)
  await bench.studio.uploads[0]!.ended
  expect(bench.studio.uploads[0]!.error).toMatchObject({ code: 'connection-closed' })
  expect(bench.faults).toEqual([])
})

it('lets only so many come at once', async () => {
  await reopen({ maxUploads: 2 })
  const slow = [await begin(['Content-Length: 10']), await begin(['Content-Length: 10'])]
  await expect.poll(() => bench.studio.uploads.length).toBe(2)
  const refused = await upload(address)
  expect(JSON.parse(refused.body)).toMatchObject({
    error: { code: 'upload-refused', message: 'Too many files are being uploaded at once.' },
  })
  for (const socket of slow) socket.destroy()
  await Promise.all(bench.studio.uploads.map(({ ended }) => ended))
  await expect.poll(async () => (await upload(address)).status).toBe(200)
})

it('hands on what the studio says against a file, with the rest of it unread', async () => {
  bench.studio.upload = () => Promise.reject(new PasticheError('disk-full', 'No space is left.'))
  const answer = await upload(address, Buffer.alloc(20_000_000))
  expect(answer.status).toBe(507)
  expect(JSON.parse(answer.body)).toMatchObject({
    error: { code: 'disk-full', message: 'No space is left.' },
  })
})
