import { readdir, readlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PasticheError } from '../../src/shared/errors.ts'
import { Bench, type Answer } from './support/bench.ts'

const ticket = 'AAAAAAAAAAAAAAAAAAAAAA'
let bench: Bench
let path: string

beforeEach(async () => {
  bench = await Bench.open()
  path = join(bench.folder, 'view.webp')
  await writeFile(path, 'picture')
  bench.studio.files.set(ticket, { path, contentType: 'image/webp', downloadName: null })
})
afterEach(() => bench.close())

it('sends the view that an address asks for', async () => {
  const answer = await bench.ask(`/media/${ticket}?side=320&turns=1&crop=0,0,0.5,1`)
  expect(answer).toMatchObject({ status: 200, body: 'picture' })
  expect(answer.headers).toMatchObject({
    'content-type': 'image/webp',
    'content-length': '7',
    'cache-control': 'private, max-age=300',
    'x-content-type-options': 'nosniff',
  })
  expect(answer.headers['content-disposition']).toBeUndefined()
  expect(bench.studio.media_).toEqual([
    {
      ticket,
      sidePx: 320,
      edit: { quarterTurns: 1, crop: { left: 0, top: 0, width: 0.5, height: 1 } },
      download: false,
    },
  ])
})

it.each([
  ['photo.png', 'photo.png'],
  ['Öl & "Essig" (2).png', '%C3%96l%20%26%20%22Essig%22%20%282%29.png'],
  ["it's*.png", 'it%27s%2A.png'],
  ['\ud83d\ude00\ud83d.png', '%F0%9F%98%80%EF%BF%BD.png'],
  ['a\r\nSet-Cookie: b=c', 'a%0D%0ASet-Cookie%3A%20b%3Dc'],
])('has a browser save "%s" under that name', async (downloadName, encoded) => {
  bench.studio.files.set(ticket, { path, contentType: 'image/png', downloadName })
  const { headers } = await bench.ask(`/media/${ticket}?download=1`)
  expect(headers['content-disposition']).toBe(`attachment; filename*=UTF-8''${encoded}`)
  expect(headers['set-cookie']).toBeUndefined()
})

it('sends a large file in pieces, and an empty one', async () => {
  const large = 'x'.repeat(5_000_000)
  await writeFile(path, large)
  expect((await bench.ask(`/media/${ticket}`)).body).toBe(large)
  await writeFile(path, '')
  expect(await bench.ask(`/media/${ticket}`)).toMatchObject({ status: 200, body: '' })
})

it('says in words that a ticket is unknown', async () => {
  const answer = await bench.ask('/media/BBBBBBBBBBBBBBBBBBBBBB')
  expect(answer.status).toBe(404)
  expect(answer.headers['content-type']).toMatch(/^text\/plain/)
  expect(answer.body).toContain('Expected a file that this studio knows.')
})

it('says in words that a file is gone', async () => {
  await unlink(path)
  expect(await bench.ask(`/media/${ticket}`)).toMatchObject({
    status: 404,
    body: expect.stringContaining('no longer') as unknown,
  })
  bench.studio.files.set(ticket, { path: bench.folder, contentType: 'image/png', downloadName: null })
  expect((await bench.ask(`/media/${ticket}`)).status).toBe(404)
})

it('does not tell where a file is', async () => {
  await unlink(path)
  expect((await bench.ask(`/media/${ticket}`)).body).not.toContain(bench.folder)
})

it('answers a fault of the studio, and reports what nobody foresaw', async () => {
  bench.studio.media = () => Promise.reject(new PasticheError('not-a-picture', 'This is a text.'))
  expect(await bench.ask(`/media/${ticket}`)).toMatchObject({
    status: 400,
    body: expect.stringContaining('This is a text.') as unknown,
  })
  const fault = new TypeError('Cannot read what is not there')
  bench.studio.media = () => Promise.reject(fault)
  expect((await bench.ask(`/media/${ticket}`)).status).toBe(500)
  expect(bench.faults).toEqual([fault])
})

it.each([
  '/media/',
  '/media/...',
  '/media/../view.webp',
  '/media/%2e%2e%2fview.webp',
  '/media/../../etc/passwd',
  `/media/${ticket}/../../secret.txt`,
  `/media/${ticket}%2f..%2fsecret.txt`,
  `/media/${ticket}%00`,
  `/media/${ticket}A`,
  `/media/${ticket}?side=99999`,
  `/media/${ticket}?side=-1`,
  `/media/${ticket}?side=../../etc/passwd`,
  `/media/${ticket}?turns=9`,
  `/media/${ticket}?crop=0,0,9,9`,
  `/media/${ticket}?crop=x`,
])('asks the studio for nothing at %s', async (address) => {
  const { host, cookie } = bench.ownHeaders
  const answer = await bench.raw(
    `GET ${address} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
  )
  expect(answer).toMatch(/^HTTP\/1\.1 (400|404) /)
  expect(bench.studio.media_).toEqual([])
})

/** Whether this process, the server's as well, holds a file open. */
async function isOpen(file: string): Promise<boolean> {
  const folder = '/proc/self/fd'
  const links = await Promise.all(
    (await readdir(folder)).map((name) => readlink(join(folder, name)).catch(() => '')),
  )
  return links.includes(file)
}

it.runIf(process.platform === 'linux')('lets go of the file of a download that was broken off', async () => {
  await writeFile(path, Buffer.alloc(50_000_000))
  const socket = await bench.connect()
  const { host, cookie } = bench.ownHeaders
  socket.write(`GET /media/${ticket} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`)
  await new Promise((resolve) => socket.once('data', resolve))
  expect(await isOpen(path)).toBe(true)
  socket.destroy()
  await expect.poll(() => isOpen(path)).toBe(false)
  expect(bench.faults).toEqual([])
})

describe('a part of a file', () => {
  const ask = (range: string, more: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
    bench.ask(`/media/${ticket}`, { method, headers: { range, ...more } })

  it.each([
    ['bytes=0-2', 'pic', '0-2'],
    ['bytes=3-', 'ture', '3-6'],
    ['bytes=-2', 're', '5-6'],
    ['bytes=5-999', 're', '5-6'],
    ['bytes=-999', 'picture', '0-6'],
    ['BYTES=6-6', 'e', '6-6'],
  ])('is sent for %s', async (range, body, part) => {
    const answer = await ask(range)
    expect(answer).toMatchObject({ status: 206, body })
    expect(answer.headers).toMatchObject({
      'content-range': `bytes ${part}/7`,
      'content-length': String(body.length),
      'content-type': 'image/webp',
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=300',
    })
  })

  it.each(['bytes=7-', 'bytes=-0', `bytes=${'9'.repeat(400)}-`])(
    'is refused for %s, with the size',
    async (range) => {
      const answer = await ask(range)
      expect(answer).toMatchObject({ status: 416, body: '' })
      expect(answer.headers['content-range']).toBe('bytes */7')
    },
  )

  it.each(['bytes=2-1', 'bytes=-', 'bytes=0-1,3-4', 'bytes=a-b', 'rows=0-1', 'bytes', ''])(
    'is the whole of it for %j',
    async (range) => {
      expect(await ask(range)).toMatchObject({ status: 200, body: 'picture' })
    },
  )

  it('is the whole of it where it was asked for on a condition, and of an answer to HEAD', async () => {
    expect(await ask('bytes=0-2', { 'if-range': '"x"' })).toMatchObject({ status: 200, body: 'picture' })
    expect(await ask('bytes=0-2', {}, 'HEAD')).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '7', 'accept-ranges': 'bytes' },
    })
  })

  it('is asked for by who is signed in alone', async () => {
    const answer = await ask('bytes=0-2', { cookie: 'a=b' })
    expect(answer.status).toBe(403)
    expect(answer.body).not.toContain('pic')
  })
})

it('tells of a file by HEAD what GET tells, and does not send it', async () => {
  bench.studio.files.set(ticket, { path, contentType: 'image/png', downloadName: 'a.png' })
  const [whole, head] = [
    await bench.ask(`/media/${ticket}`),
    await bench.ask(`/media/${ticket}`, { method: 'HEAD' }),
  ]
  expect(head).toMatchObject({ status: 200, body: '' })
  for (const name of [
    'content-type',
    'content-length',
    'cache-control',
    'content-disposition',
    'accept-ranges',
  ])
    expect([name, head.headers[name]]).toEqual([name, whole.headers[name]])
})
