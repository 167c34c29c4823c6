import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkUpdates, releasesPage } from './check-updates.ts'

describe('checkUpdates', () => {
  let server: Server
  let answer: { status: number; location?: string }
  let asked: string[] = []
  const page = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/pastiche/releases`
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers['user-agent']}`)
      response
        .writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location })
        .end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => server.close())

  it.each([
    ['1.2.3', 'v1.2.4', { state: 'newer', version: '1.2.4' }],
    ['1.2.3', 'v1.10.0', { state: 'newer', version: '1.10.0' }],
    ['1.2.3', 'v1.2.3', { state: 'newest' }],
    ['1.10.0', 'v1.9.9', { state: 'newest' }],
    ['2.0.0-beta.1', 'v1.9.9', { state: 'newest' }],
  ])('a copy of %s, with %s released', async (version, tag, expected) => {
    answer = { status: 302, location: `${page()}/tag/${tag}` }
    asked = []
    expect(await checkUpdates(page(), version, {})).toEqual(expected)
    expect(asked).toEqual(['GET /pastiche/releases/latest pastiche'])
  })

  it.each([
    [{ status: 200 }, '200'],
    [{ status: 404 }, '404'],
    [{ status: 302, location: 'https://example.com/' }, '302'],
  ])('an answer that tells no version (%j)', async (given, reason) => {
    answer = given
    expect(await checkUpdates(page(), '1.0.0', {})).toEqual({
      state: 'failed',
      reason: `its answer was ${reason}, without a version`,
    })
  })

  it('nobody there', async () => {
    expect(await checkUpdates('http://127.0.0.1:9', '1.0.0', {})).toMatchObject({ state: 'failed' })
  })
})

describe('releasesPage', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pastiche-updates-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const withHomepage = (homepage?: string): string => {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ homepage }))
    return folder
  }

  it('is where a package says that it comes from', async () => {
    expect(await releasesPage(withHomepage('https://example.com/a/b/'), {})).toBe(
      'https://example.com/a/b/releases',
    )
  })

  it('is unknown to a clone, and may be no other address than one of the web', async () => {
    expect(await releasesPage(withHomepage(), {})).toBe(null)
    expect(await releasesPage(withHomepage('file:///etc'), {})).toBe(null)
    expect(await releasesPage(withHomepage(), { PASTICHE_RELEASES_URL: 'file:///etc' })).toBe(null)
  })

  it('may be named by the environment', async () => {
    const env = { PASTICHE_RELEASES_URL: 'http://127.0.0.1:1/releases/' }
    expect(await releasesPage(withHomepage('https://example.com'), env)).toBe('http://127.0.0.1:1/releases')
  })
})
