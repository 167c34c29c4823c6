import { symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { uploadAnswer } from '../../src/shared/contract/media.ts'
import { PasticheError, type ErrorCode } from '../../src/shared/errors.ts'
import { indexHtml, type Answer } from '../server/support/bench.ts'
import { uploadTicket } from '../server/support/fake-studio.ts'
import { http, scheme, type OpenFace } from './faces.ts'

vi.mock('electron', () => ({ protocol: {} }))

const ticket = 'AAAAAAAAAAAAAAAAAAAAAA'
let face: OpenFace
let path: string

describe.each([http, scheme])('the web application over $name', ({ open }) => {
  beforeEach(async () => {
    face = await open()
    path = join(face.folder, 'view.webp')
    await writeFile(path, 'picture')
    face.studio.files.set(ticket, { path, contentType: 'image/webp', downloadName: null })
  })
  afterEach(() => face.close())

  describe('page', () => {
    it.each([
      ['/', 'text/html; charset=utf-8', 'no-store'],
      ['/?jobs=1', 'text/html; charset=utf-8', 'no-store'],
      ['/index.html', 'text/html; charset=utf-8', 'no-store'],
      ['/assets/index-Bx3_k-9Q.js', 'text/javascript; charset=utf-8', 'private, max-age=31536000, immutable'],
      ['/assets/index-C0ffee.css', 'text/css; charset=utf-8', 'private, max-age=31536000, immutable'],
      ['/icon.svg', 'image/svg+xml; charset=utf-8', 'no-cache'],
    ])('sends %s as %s, %s', async (address, type, cacheControl) => {
      const answer = await face.ask(address)
      expect(answer.status).toBe(200)
      expect(answer.headers['content-type']).toBe(type)
      expect(answer.headers['cache-control']).toBe(cacheControl)
      expect(Number(answer.headers['content-length'])).toBe(Buffer.byteLength(answer.body))
    })

    it.each([
      '/nothing.js',
      '/assets/',
      '/assets',
      '/index',
      '/index.html/x',
      '/%69ndex.html',
      `/${'a'.repeat(5000)}`,
    ])('has nothing at %s', async (address) => {
      expect((await face.ask(address)).status).toBe(404)
    })

    it('sends no file of a type that a page does not consist of', async () => {
      await writeFile(join(face.folder, 'page', 'secret.key'), 'x')
      expect((await face.ask('/secret.key')).status).toBe(404)
    })

    it.each([
      '/../secret.txt',
      '/../../etc/passwd',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/%2e%2e%2fsecret.txt',
      '/..%2fsecret.txt',
      '/..%5csecret.txt',
      '/%252e%252e%252fsecret.txt',
      '///etc/passwd',
      '/index.html%00.txt',
      '/%c0%ae%c0%ae/secret.txt',
      '/C:/secret.txt',
      '/.hidden',
      '/assets/./../.hidden',
    ])('does not lead outside by %s', async (address) => {
      const answer = await face.ask(address)
      expect([400, 403, 404]).toContain(answer.status)
      expect(answer.body).not.toMatch(/the secret beside the page|root:|hidden/)
    })

    it('does not lead outside by a link that lies in it', async () => {
      await symlink(join(face.folder, 'secret.txt'), join(face.folder, 'page', 'link.txt'))
      await symlink(face.folder, join(face.folder, 'page', 'up'))
      expect((await face.ask('/link.txt')).status).toBe(404)
      expect((await face.ask('/up/secret.txt')).status).toBe(404)
    })
  })

  describe('media', () => {
    it('is the view that an address asks for', async () => {
      const answer = await face.ask(`/media/${ticket}?side=320&turns=1&crop=0,0,0.5,1`)
      expect(answer).toMatchObject({ status: 200, body: 'picture' })
      expect(answer.headers).toMatchObject({
        'content-type': 'image/webp',
        'content-length': '7',
        'cache-control': 'private, max-age=300',
        'accept-ranges': 'bytes',
      })
      expect(answer.headers['content-disposition']).toBeUndefined()
      expect(face.studio.media_).toEqual([
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
    ])('is saved as "%s"', async (downloadName, encoded) => {
      face.studio.files.set(ticket, { path, contentType: 'image/png', downloadName })
      const { headers } = await face.ask(`/media/${ticket}?download=1`)
      expect(headers['content-disposition']).toBe(`attachment; filename*=UTF-8''${encoded}`)
      expect(headers['set-cookie']).toBeUndefined()
    })

    it('may be large, or empty', async () => {
      const large = 'x'.repeat(5_000_000)
      await writeFile(path, large)
      expect((await face.ask(`/media/${ticket}`)).body).toBe(large)
      await writeFile(path, '')
      expect(await face.ask(`/media/${ticket}`)).toMatchObject({ status: 200, body: '' })
    })

    it('is not found where its file is gone or is a folder, and its path is not told', async () => {
      await unlink(path)
      const answer = await face.ask(`/media/${ticket}`)
      expect(answer.status).toBe(404)
      expect(answer.headers['content-type']).toMatch(/^text\/plain/)
      expect(answer.body).toContain('This file is no longer there.')
      expect(answer.body).not.toContain(face.folder)
      face.studio.files.set(ticket, { path: face.folder, contentType: 'image/png', downloadName: null })
      expect((await face.ask(`/media/${ticket}`)).status).toBe(404)
    })

    it.each([
      '/media/',
      '/media/...',
      '/media/../view.webp',
      '/media/%2e%2e%2fview.webp',
      `/media/${ticket}/../../secret.txt`,
      `/media/${ticket}%2f..%2fsecret.txt`,
      `/media/${ticket}%00`,
      `/media/${ticket}A`,
      `/media/${ticket}?side=99999`,
      `/media/${ticket}?side=-1`,
      `/media/${ticket}?turns=9`,
      `/media/${ticket}?crop=0,0,9,9`,
      `/media/${ticket}?crop=x`,
    ])('asks the studio for nothing at %s', async (address) => {
      expect([400, 404]).toContain((await face.ask(address)).status)
      expect(face.studio.media_).toEqual([])
    })
  })

  describe('a part of a file', () => {
    const ask = (range: string, more: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
      face.ask(`/media/${ticket}`, { method, headers: { range, ...more } })

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
        'cache-control': 'private, max-age=300',
      })
    })

    it.each(['bytes=7-', 'bytes=99-100', 'bytes=-0'])('is refused for %s', async (range) => {
      const answer = await ask(range)
      expect(answer).toMatchObject({ status: 416, body: '' })
      expect(answer.headers['content-range']).toBe('bytes */7')
    })

    it.each(['bytes=2-1', 'bytes=-', 'bytes=0-1,3-4', 'bytes=a-b', 'rows=0-1', 'bytes', ''])(
      'is all of it for %j',
      async (range) => {
        expect(await ask(range)).toMatchObject({ status: 200, body: 'picture' })
      },
    )

    it('is all of it on a condition, and for HEAD', async () => {
      expect(await ask('bytes=0-2', { 'if-range': '"x"' })).toMatchObject({ status: 200, body: 'picture' })
      expect(await ask('bytes=0-2', {}, 'HEAD')).toMatchObject({
        status: 200,
        body: '',
        headers: { 'content-length': '7', 'accept-ranges': 'bytes' },
      })
    })
  })

  describe('an upload', () => {
    const upload = (address: string, body: string | Buffer = 'x', origin?: string | null): Promise<Answer> =>
      face.ask(address, { method: 'POST', body, ...(origin === undefined ? {} : { headers: { origin } }) })

    it('reaches the studio, and the page gets its ticket', async () => {
      const answer = await upload('/upload?for=picture&name=photo.jpg', Buffer.alloc(3_000_000))
      expect(answer.status).toBe(200)
      expect(uploadAnswer.parse(JSON.parse(answer.body))).toEqual({ ticket: uploadTicket })
      expect(face.studio.uploads).toMatchObject([
        { purpose: 'picture', name: 'photo.jpg', bytes: 3_000_000, error: null },
      ])
    })

    it('may be empty: the studio says what is wrong with that', async () => {
      expect((await face.ask('/upload?for=picture&name=x', { method: 'POST' })).status).toBe(200)
      expect(face.studio.uploads).toMatchObject([{ bytes: 0 }])
    })

    it.each([
      '/upload',
      '/upload?for=',
      '/upload?for=passwords',
      '/upload?for=__proto__',
      '/upload?for=../picture',
    ])('needs a known purpose: %s', async (address) => {
      const answer = await upload(address)
      expect(answer.status).toBe(400)
      expect(uploadAnswer.parse(JSON.parse(answer.body))).toMatchObject({
        error: { code: 'invalid-request' },
      })
      expect(face.studio.uploads).toEqual([])
    })

    it.each([
      ['../../etc/passwd', 'passwd'],
      ['..', 'unnamed'],
      ['', 'unnamed'],
      ['C:\\Users\\me\\photo.jpg', 'photo.jpg'],
      ['a\u0000b\r\n.jpg', 'ab.jpg'],
      ['x'.repeat(3000), 'x'.repeat(255)],
      ['Öl 😀.png', 'Öl 😀.png'],
    ])('named %j gets a plain name', async (name, expected) => {
      await upload(`/upload?for=picture&name=${encodeURIComponent(name)}`)
      expect(face.studio.uploads).toMatchObject([{ name: expected }])
    })

    it('that is too large is refused on the way', async () => {
      const answer = await upload('/upload?for=preset&name=a', Buffer.alloc(2 ** 20 + 1))
      expect(answer.status).toBe(413)
      expect(uploadAnswer.parse(JSON.parse(answer.body))).toMatchObject({
        error: { code: 'upload-refused', message: 'This file is too large (limit 1 MB).' },
      })
    })

    it('is refused with the words of the studio, and the rest of it unread', async () => {
      face.studio.upload = () => Promise.reject(new PasticheError('disk-full', 'No space is left.'))
      const answer = await upload('/upload?for=picture&name=a', Buffer.alloc(20_000_000))
      expect(answer.status).toBe(507)
      expect(JSON.parse(answer.body)).toMatchObject({
        error: { code: 'disk-full', message: 'No space is left.' },
      })
    })

    it.each(['https://example.com', 'null', null])('caused by %s is refused', async (origin) => {
      const answer = await upload('/upload?for=picture&name=x', 'x', origin)
      expect(answer.status).toBe(403)
      expect(uploadAnswer.parse(JSON.parse(answer.body))).toMatchObject({ error: { code: 'not-let-in' } })
      expect(face.studio.uploads).toEqual([])
    })
  })

  describe('an error', () => {
    it.each<[ErrorCode, number]>([
      ['unknown-ticket', 404],
      ['unknown-result', 404],
      ['file-not-found', 404],
      ['not-a-picture', 400],
      ['upload-refused', 413],
      ['file-not-readable', 500],
      ['output-not-writable', 500],
      ['engine-lost', 500],
      ['store-busy', 503],
      ['disk-full', 507],
    ])('of code %s is %i', async (code, status) => {
      face.studio.media = () => Promise.reject(new PasticheError(code, 'It is so.'))
      const answer = await face.ask(`/media/${ticket}`)
      expect(answer).toMatchObject({ status, body: expect.stringMatching(/^It is so\. \S+/) as unknown })
      expect(answer.headers['cache-control']).toBe('no-store')
    })

    it('that nobody foresaw is 500, and is reported', async () => {
      const fault = new TypeError('Cannot read what is not there')
      face.studio.media = () => Promise.reject(fault)
      expect((await face.ask(`/media/${ticket}`)).status).toBe(500)
      expect(face.faults).toEqual([fault])
    })
  })

  describe('every answer', () => {
    const securityHeaders = {
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; " +
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()') as unknown,
      'x-dns-prefetch-control': 'off',
      'x-frame-options': 'DENY',
    }

    it.each([
      ['/', 'GET'],
      ['/', 'PUT'],
      ['/nothing', 'GET'],
      ['/session', 'GET'],
      ['/media/x', 'GET'],
      [`/media/${ticket}`, 'GET'],
      ['/upload?for=nothing', 'POST'],
      ['/upload', 'GET'],
    ])('carries the security headers: %s %s', async (address, method) => {
      expect((await face.ask(address, { method })).headers).toMatchObject(securityHeaders)
    })

    it.each([
      '/',
      '/index.html',
      '/assets/index-Bx3_k-9Q.js',
      '/nothing',
      '/session',
      '/media/x',
      `/media/${ticket}`,
    ])('to HEAD %s is that to GET, without the body', async (address) => {
      const [whole, head] = [await face.ask(address), await face.ask(address, { method: 'HEAD' })]
      expect([head.status, head.body]).toEqual([whole.status, ''])
      expect({ ...head.headers, date: null }).toEqual({ ...whole.headers, date: null })
    })

    it.each(['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'POST'])('to %s is 405', async (method) => {
      for (const address of ['/', `/media/${ticket}`, '/nothing', '/session'])
        expect(await face.ask(address, { method })).toMatchObject({
          status: 405,
          headers: { allow: 'GET, HEAD' },
        })
      expect(await face.ask('/')).toMatchObject({ status: 200, body: indexHtml })
    })

    it('to an upload that is no POST is 405', async () => {
      for (const method of ['GET', 'HEAD', 'PUT', 'OPTIONS'])
        expect(await face.ask('/upload?for=picture', { method })).toMatchObject({
          status: 405,
          headers: { allow: 'POST' },
        })
    })
  })
})

describe("the app's scheme alone", () => {
  beforeEach(async () => {
    face = await scheme.open()
  })
  afterEach(() => face.close())

  it.each(['https://example.com', 'null', 'pastiche://other', 'pastiche://studio.evil'])(
    'answers nothing to a page of %s',
    async (origin) => {
      for (const address of ['/', '/index.html', `/media/${ticket}`])
        expect((await face.ask(address, { headers: { origin } })).status).toBe(403)
    },
  )

  it('answers nothing under another host', async () => {
    expect((await face.ask('pastiche://other/')).status).toBe(403)
  })

  it('gives the page to the browser itself', async () => {
    expect((await face.ask('/', { headers: { origin: null } })).body).toBe(indexHtml)
  })
})
