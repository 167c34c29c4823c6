import { readdir, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Bench } from './support/bench.ts'

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

/** True if this process, the server's as well, holds a file open. */
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

it('sends no part of a file to who is not signed in', async () => {
  const answer = await bench.ask(`/media/${ticket}`, { headers: { range: 'bytes=0-2', cookie: 'a=b' } })
  expect(answer.status).toBe(403)
  expect(answer.body).not.toContain('pic')
})
