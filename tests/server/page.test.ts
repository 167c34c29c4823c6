import type { IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startStudioServer } from '../../src/server/index.ts'
import { Bench } from './support/bench.ts'
import { FakeStudio } from './support/fake-studio.ts'

let bench: Bench
beforeAll(async () => {
  bench = await Bench.open()
})
afterAll(() => bench.close())

it('starts only where the page has been built', async () => {
  const start = startStudioServer({ studio: new FakeStudio(), page: join(bench.folder, 'nothing') })
  await expect(start).rejects.toMatchObject({
    code: 'page-missing',
    hint: expect.stringContaining('npm run build') as unknown,
  })
})

describe('what lies outside the page', () => {
  const ways = [
    '/../secret.txt',
    '/../../etc/passwd',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/%252e%252e%252fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/./../secret.txt',
    '//../secret.txt',
    '///etc/passwd',
    '/etc/passwd',
    '/%00/../secret.txt',
    '/index.html%00.txt',
    '/secret.txt%00.js',
    '/%c0%ae%c0%ae/secret.txt',
    '/.hidden',
    '/assets/./../.hidden',
    'http://127.0.0.1/../secret.txt',
    'file:///etc/passwd',
    '*',
  ]

  it.each(ways)('is not reached by %s', async (way) => {
    const { host, cookie } = bench.ownHeaders
    const lines = [`GET ${way} HTTP/1.1`, `Host: ${host}`, `Cookie: ${cookie}`, 'Connection: close', '', '']
    const answer = await bench.raw(lines.join('\r\n'))
    expect(answer).toMatch(/^HTTP\/1\.1 (400|403|404) /)
    expect(answer).not.toMatch(/the secret beside the page|root:|hidden/)
  })
})

describe('every answer', () => {
  const expected = {
    'content-security-policy': expect.stringMatching(
      /^default-src 'none'; .*base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    ) as unknown,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': expect.stringContaining('camera=()') as unknown,
    'connection-allowlist': '(response-origin)',
    'x-dns-prefetch-control': 'off',
    'x-frame-options': 'DENY',
  }

  it.each([
    ['/', 'GET', {}],
    ['/?token=x', 'GET', {}],
    ['/nothing', 'GET', {}],
    ['/', 'GET', { cookie: null }],
    ['/media/x', 'GET', {}],
    ['/media/AAAAAAAAAAAAAAAAAAAAAA', 'GET', {}],
    ['/upload?for=nothing', 'POST', {}],
    ['/upload', 'GET', {}],
    ['/', 'PUT', {}],
    ['/', 'GET', { expect: 'the-impossible' }],
    ['/', 'GET', { padding: 'x'.repeat(20_000) }],
    ['/studio', 'GET', {}],
    ['/studio', 'GET', { connection: 'upgrade', upgrade: 'websocket', origin: null }],
    ['/studio', 'GET', { connection: 'upgrade', upgrade: 'websocket' }],
    ['/', 'GET', { connection: 'upgrade', upgrade: 'h2c' }],
  ])('carries the security headers: %s %s', async (path, method, headers: Record<string, string | null>) => {
    expect((await bench.ask(path, { method, headers })).headers).toMatchObject(expected)
  })

  it('carries them where Node itself complains', async () => {
    const answer = await bench.raw('this is no request\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    for (const name of Object.keys(expected)) expect(answer.toLowerCase()).toContain(`\r\n${name}: `)
  })

  it.each(['PUT', 'DELETE', 'TRACE', 'PROPFIND'])('to %s is 405', async (method) => {
    expect(await bench.ask('/', { method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
  })

  it('to a sign-in that is no POST is 405', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'OPTIONS'])
      expect(await bench.ask('/sign-in', { method })).toMatchObject({
        status: 405,
        headers: { allow: 'POST' },
      })
  })

  it.each(['FOO / HTTP/1.1', 'CONNECT evil.example:443 HTTP/1.1'])('to "%s" is 405', async (line) => {
    const answer = await bench.raw(
      `${line}\r\nHost: ${bench.host}\r\nCookie: ${bench.cookie}\r\nConnection: close\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 405 [^]*\r\nAllow: GET, HEAD\r\n/)
  })
})

describe('HEAD', () => {
  /** Without what is another with each answer. */
  const lasting = ({ date: _, connection: _c, 'keep-alive': _k, ...headers }: IncomingHttpHeaders): object =>
    headers

  it.each([
    ['/', {}],
    ['/session', {}],
    ['/', { cookie: null }],
    ['/?token=spent', { cookie: null }],
  ])('%s is answered as GET is, but for the body', async (path, headers: Record<string, string | null>) => {
    const [whole, head] = [
      await bench.ask(path, { headers }),
      await bench.ask(path, { method: 'HEAD', headers }),
    ]
    expect(head.status).toBe(whole.status)
    expect(head.body).toBe('')
    expect(lasting(head.headers)).toEqual(lasting(whole.headers))
  })
})
