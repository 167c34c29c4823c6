import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import type { UploadRequest } from '../host/index.ts'
import { contentSecurityPolicy } from '../shared/content-security-policy.ts'
import { PasticheError } from '../shared/errors.ts'
import { answerRequest, type AppSchemeOptions } from './app-scheme.ts'

vi.mock('electron', () => ({ protocol: {} }))

const folder = mkdtempSync(join(tmpdir(), 'pastiche-scheme-'))
writeFileSync(join(folder, 'index.html'), '<!doctype html>')
writeFileSync(join(folder, 'view.webp'), 'RIFF')
afterAll(() => rmSync(folder, { recursive: true }))

const own = 'pastiche://studio'
const ticket = 'A'.repeat(22)

class FakeStudio {
  readonly uploads: { purpose: string; name: string; text: string }[] = []
  media = vi.fn(() =>
    Promise.resolve({ path: join(folder, 'view.webp'), contentType: 'image/webp', downloadName: null }),
  )

  upload = async ({ purpose, name, body }: UploadRequest): Promise<string> => {
    const chunks: Uint8Array[] = []
    for await (const chunk of body) chunks.push(chunk)
    this.uploads.push({ purpose, name, text: Buffer.concat(chunks).toString() })
    return ticket
  }
}

function ask(
  path: string,
  init: RequestInit & { from?: string } = {},
  studio: AppSchemeOptions['studio'] = new FakeStudio(),
): Promise<Response> {
  const { from, ...rest } = init
  const request = Object.assign(
    new Request(own + path, rest),
    from === undefined ? {} : { initiatorOrigin: from },
  )
  return answerRequest(request, { pageRoot: folder, studio })
}

describe('the scheme of the app', () => {
  it('serves the page under its policy', async () => {
    const response = await ask('/')
    expect(await response.text()).toBe('<!doctype html>')
    expect(response.headers.get('content-security-policy')).toBe(contentSecurityPolicy)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('answers HEAD as GET, without the body, and other methods with those there are', async () => {
    for (const path of ['/', '/index.html', `/media/${ticket}`]) {
      const [whole, head] = [await ask(path), await ask(path, { method: 'HEAD' })]
      expect([head.status, await head.text()]).toEqual([200, ''])
      expect([...head.headers]).toEqual([...whole.headers])
      const refused = await ask(path, { method: 'DELETE' })
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    }
    const upload = await ask('/upload?for=picture&name=x', { from: own })
    expect([upload.status, upload.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('serves a view of a picture by its ticket', async () => {
    const studio = new FakeStudio()
    const response = await ask(`/media/${ticket}?side=320&turns=1`, { from: own }, studio)
    expect(await response.text()).toBe('RIFF')
    expect(response.headers.get('content-type')).toBe('image/webp')
    expect(studio.media).toHaveBeenCalledWith(
      expect.objectContaining({ ticket, sidePx: 320, edit: { quarterTurns: 1, crop: null } }),
    )
  })

  it('says what is wrong with a ticket, in the words of the catalogue', async () => {
    const studio = new FakeStudio()
    studio.media.mockRejectedValue(new PasticheError('unknown-ticket', 'Unknown.'))
    const response = await ask(`/media/${ticket}`, { from: own }, studio)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { code: 'unknown-ticket' } })
  })

  it('tells nothing of a file that has gone, least of all where it lay', async () => {
    const studio = new FakeStudio()
    studio.media.mockResolvedValue({ path: '/gone/x.webp', contentType: 'image/webp', downloadName: null })
    const response = await ask(`/media/${ticket}`, { from: own }, studio)
    expect([response.status, await response.text()]).toEqual([404, ''])
  })

  it('takes an upload of the page, piece by piece', async () => {
    const studio = new FakeStudio()
    const path = '/upload?for=picture&name=my%20photo.jpg'
    const response = await ask(path, { method: 'POST', body: 'bytes', from: own }, studio)
    expect(await response.json()).toEqual({ ticket })
    expect(studio.uploads).toEqual([{ purpose: 'picture', name: 'my photo.jpg', text: 'bytes' }])
  })

  it.each([
    ['an unknown purpose', '/upload?for=poem&name=x', own, 400],
    ['no name', '/upload?for=picture', own, 400],
    ['another origin', '/upload?for=picture&name=x', 'https://example.com', 403],
    ['nobody', '/upload?for=picture&name=x', undefined, 405],
  ])('refuses an upload of %s', async (_what, path, from, status) => {
    const studio = new FakeStudio()
    const response = await ask(path, { method: 'POST', body: 'x', ...(from && { from }) }, studio)
    expect([response.status, studio.uploads]).toEqual([status, []])
  })

  it.each(['https://example.com', 'null', 'pastiche://other', 'pastiche://studio.evil'])(
    'serves nothing to %s',
    async (from) => {
      for (const path of ['/', '/index.html', `/media/${ticket}`])
        expect((await ask(path, { from })).status).toBe(403)
    },
  )
})
