import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startStudioServer } from '../../src/server/index.ts'
import { Bench, closed, indexHtml, type Question } from './support/bench.ts'

const stranger: Question = { headers: { cookie: null, origin: null } }

describe('an address that was printed', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await Bench.open()
  })
  afterEach(() => bench.close())

  /** How a browser with these cookies gets in. */
  const enter = async (cookie: string): Promise<number> =>
    (await bench.ask('/', { headers: { cookie } })).status

  it('has a token of 256 bits, another one each time', () => {
    const urls = [1, 2].map(() => bench.server.invite(null).urls[0])
    for (const url of urls)
      expect(url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${bench.server.port}/\\?token=[\\w-]{43}$`))
    expect(urls[0]).not.toBe(urls[1])
  })

  it('signs a browser in, by a cookie that is not the token and that scripts and other sites do not get', async () => {
    const token = bench.invite()
    const answer = await bench.signIn(token)
    expect(answer).toMatchObject({ status: 204, headers: { 'cache-control': 'no-store' } })
    const [cookie] = answer.headers['set-cookie'] ?? []
    expect(cookie).toMatch(
      new RegExp(`^pastiche-${bench.server.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    )
    expect(cookie).not.toContain(token)
    expect(await enter(cookie!.split(';')[0]!)).toBe(200)
  })

  it('signs one browser in, and no other', async () => {
    const token = bench.invite()
    expect((await bench.signIn(token)).status).toBe(204)
    const replay = await bench.signIn(token)
    expect(replay.status).toBe(403)
    expect(replay.headers['set-cookie']).toBeUndefined()
  })

  it('signs one of many in that come at the same time', async () => {
    const token = bench.invite()
    const answers = await Promise.all(Array.from({ length: 20 }, () => bench.signIn(token)))
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array<number>(19).fill(403)])
    expect(answers.filter(({ headers }) => headers['set-cookie'] !== undefined)).toHaveLength(1)
  })

  it('signs nobody in where it is the session of somebody, nor is a session worth a sign-in', async () => {
    const token = bench.invite()
    expect(await enter(`pastiche-${bench.server.port}=${token}`)).toBe(403)
    const [, secret = ''] = bench.cookie.split('=')
    expect((await bench.signIn(secret)).status).toBe(403)
    expect((await bench.signIn(token)).status).toBe(204)
  })

  it.each([
    ['looked at', {}],
    ['fetched to be previewed', { 'user-agent': 'WhatsApp/2.23' }],
    ['loaded in advance', { 'sec-purpose': 'prefetch;prerender', purpose: 'prefetch' }],
    ['loaded in advance by Firefox', { 'x-moz': 'prefetch' }],
  ])('is still good after it was %s, however often', async (_how, headers: Record<string, string>) => {
    const token = bench.invite()
    for (const method of ['GET', 'HEAD', 'GET', 'HEAD']) {
      const answer = await bench.ask(`/?token=${token}`, {
        method,
        headers: { ...stranger.headers, ...headers },
      })
      expect(answer.status).toBe(200)
      expect(answer.headers['set-cookie']).toBeUndefined()
      // A token in a page could be found in a cache.
      expect(answer.body).not.toContain(token)
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    }
    expect((await bench.signIn(token)).status).toBe(204)
  })

  it('says that it is spent, once it is, and after its time', async () => {
    const used = bench.invite()
    await bench.signIn(used)
    const { ended, urls } = bench.server.invite(1)
    expect(await ended).toBe('expired')
    const expired = new URL(urls[0]).searchParams.get('token')!
    expect((await bench.signIn(expired)).status).toBe(403)
    for (const token of [used, expired, 'of-another-time', '']) {
      const answer = await bench.ask(`/?token=${token}`, stranger)
      expect(answer.status).toBe(403)
      expect(answer.body).toContain('This address has been used or has expired')
      expect(answer.body).toContain('press Enter there')
    }
  })

  it('tells how it ended', async () => {
    const used = bench.server.invite(60_000)
    await bench.signIn(new URL(used.urls[0]).searchParams.get('token')!)
    expect(await used.ended).toBe('used')
    const revoked = bench.server.invite(null)
    revoked.revoke()
    expect(await revoked.ended).toBe('revoked')
    expect((await bench.signIn(new URL(revoked.urls[0]).searchParams.get('token')!)).status).toBe(403)
    const open = bench.server.invite(null)
    await bench.server.close()
    expect(await open.ended).toBe('revoked')
  })

  it('does no harm to who is in, and stays good for another browser', async () => {
    const token = bench.invite()
    for (const path of [`/?token=${token}`, '/?token=old'])
      expect(await bench.ask(path)).toMatchObject({ status: 303, headers: { location: '/' } })
    const again = await bench.signIn(token, { headers: { cookie: bench.cookie } })
    expect(again.status).toBe(204)
    expect(again.headers['set-cookie']).toBeUndefined()
    expect((await bench.signIn(token)).status).toBe(204)
  })

  it.each([
    ['another origin', { origin: 'http://evil.example' }],
    ['the page of another port', { origin: 'http://127.0.0.1:1' }],
    ['nobody', { origin: null }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a name that is not its own', { host: 'evil.example', origin: 'http://evil.example' }],
  ])('is not used up by %s', async (_who, headers: Record<string, string | null>) => {
    const token = bench.invite()
    expect((await bench.signIn(token, { headers })).status).toBe(403)
    expect((await bench.signIn(token)).status).toBe(204)
  })

  it.each([
    ['the address', 'POST', '/sign-in?token=TOKEN', null],
    ['another scheme', 'POST', '/sign-in', 'Basic TOKEN'],
    ['a body', 'POST', '/sign-in', null],
    ['a GET', 'GET', '/sign-in', 'Bearer TOKEN'],
  ])('signs nobody in through %s', async (_way, method, path, authorization) => {
    const token = bench.invite()
    const headers = { cookie: null, authorization: authorization?.replace('TOKEN', token) ?? null }
    const body = method === 'POST' ? { body: token } : {}
    const answer = await bench.ask(path.replace('TOKEN', token), { method, headers, ...body })
    expect(answer.status).toBe(403)
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect((await bench.signIn(token)).status).toBe(204)
  })

  it('lets its owner in after any number of wrong guesses', async () => {
    const token = bench.invite()
    const near = [token.slice(0, -1), `${token}A`, token.toLowerCase(), '']
    const guesses = [...near, ...Array.from({ length: 500 }, (_, i) => `${token.slice(0, 40)}${100 + i}`)]
    for (const guess of guesses) expect((await bench.signIn(guess)).status).toBe(403)
    expect((await bench.signIn(token)).status).toBe(204)
  })

  it('is answered at once, with or without the body that was announced', async () => {
    const own = [`Host: ${bench.host}`, `Origin: http://${bench.host}`, 'Content-Length: 1000000']
    const text = ['POST /sign-in HTTP/1.1', ...own, 'Authorization: Bearer wrong', '', 'x'].join('\r\n')
    expect(await bench.raw(text)).toMatch(/^HTTP\/1\.1 403 /)
  })
})

describe('the session of a browser', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await Bench.open({ maxSessions: 3 })
  })
  afterEach(() => bench.close())

  const newSession = async (headers: Record<string, string> = {}): Promise<string> =>
    (await bench.signIn(bench.invite(), { headers })).headers['set-cookie']![0]!.split(';')[0]!
  const enter = async (cookie: string): Promise<number> =>
    (await bench.ask('/', { headers: { cookie } })).status

  it('is its own: each sign-in has another secret, and none is what a browser brings', async () => {
    const brought = `pastiche-${bench.server.port}=${'A'.repeat(43)}`
    const [first, second] = [await newSession({ cookie: brought }), await newSession()]
    expect(new Set([first, second, brought, bench.cookie]).size).toBe(4)
    expect(await enter(brought)).toBe(403)
    expect([await enter(first), await enter(second)]).toEqual([200, 200])
  })

  it('is found among other cookies, of the same name too', async () => {
    const name = `pastiche-${bench.server.port}`
    for (const cookie of [
      `a=b; ${bench.cookie}; pastiche-1=other`,
      `${name}=put-there-by-another-port; ${bench.cookie}`,
      `${bench.cookie}; ${name}=; ${name}`,
    ])
      expect(await enter(cookie)).toBe(200)
  })

  it('past the limit ends that which was not used for longest, and its lines with it', async () => {
    const [old, used] = [await newSession(), await newSession()]
    const line = await bench.openSocket({ cookie: old })
    const [living, end] = [await bench.openSocket({ cookie: used }), closed(line)]
    expect(await enter(bench.cookie)).toBe(200)
    const fresh = await newSession()
    expect(await end).toEqual({ code: 1008, reason: 'This browser was signed out.' })
    expect([await enter(old), await enter(used), await enter(bench.cookie), await enter(fresh)]).toEqual([
      403, 200, 200, 200,
    ])
    expect(living.readyState).toBe(living.OPEN)
    await expect(bench.openSocket({ cookie: old })).rejects.toThrow('403')
    living.close()
  })

  it('is asked after without a look at anything else', async () => {
    for (const method of ['GET', 'HEAD']) {
      expect((await bench.ask('/session', { method })).status).toBe(204)
      expect((await bench.ask('/session', { method, headers: { cookie: null } })).status).toBe(403)
    }
  })

  it('ends with the server; the page then says so, and looks like one', async () => {
    const { cookie } = bench
    const { port } = bench.server
    await bench.server.close()
    const page = `${bench.folder}/page`
    const again = await startStudioServer({ studio: bench.studio, page, port })
    try {
      const answer = await bench.ask('/', { headers: { cookie } })
      expect(answer.status).toBe(403)
      expect(answer.body).toContain('Pastiche was restarted')
      expect(answer.body).toContain('Open the new address that it printed in the terminal.')
      // Nothing that it would have to fetch, for nothing would be given out.
      expect(answer.body).toContain('<style>')
      expect(answer.body).not.toMatch(/\ssrc=|rel="stylesheet"|url\(/)
    } finally {
      await again.close()
    }
  })
})

describe('without a session', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await Bench.open()
  })
  afterAll(() => bench.close())

  it('there would be the page', async () => {
    expect(await bench.ask('/', { headers: { origin: null } })).toMatchObject({
      status: 200,
      body: indexHtml,
    })
  })

  it.each([
    ['none', ''],
    ['that of another port', 'pastiche-1=SECRET'],
    ['a wrong one', 'pastiche-PORT=wrong'],
    ['an empty one', 'pastiche-PORT='],
    ['the beginning of the right one', 'pastiche-PORT=SECRE'],
  ])('nobody gets in: with %s', async (_which, text) => {
    const [, secret = ''] = bench.cookie.split('=')
    const cookie = text
      .replace('PORT', String(bench.server.port))
      .replace('SECRET', secret)
      .replace('SECRE', secret.slice(0, -1))
    const answer = await bench.ask('/', { headers: { origin: null, cookie: cookie === '' ? null : cookie } })
    expect(answer.status).toBe(403)
    expect(answer.body).toMatch(/Open the (full|new) address/)
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it.each([
    ['/assets/index-Bx3_k-9Q.js', 'GET'],
    ['/assets/index-Bx3_k-9Q.js', 'HEAD'],
    ['/media/AAAAAAAAAAAAAAAAAAAAAA', 'GET'],
    ['/media/AAAAAAAAAAAAAAAAAAAAAA', 'HEAD'],
    ['/upload?for=picture&name=a.png', 'POST'],
    ['/nothing', 'GET'],
    ['/', 'DELETE'],
    ['/?token=TOKEN', 'POST'],
    ['/index.html?token=TOKEN', 'GET'],
    ['/assets/index-Bx3_k-9Q.js?token=TOKEN', 'GET'],
    ['/media/AAAAAAAAAAAAAAAAAAAAAA?token=TOKEN', 'GET'],
  ])('nothing is given out or taken in at %s (%s)', async (path, method) => {
    const before = bench.studio.media_.length + bench.studio.uploads.length
    const token = bench.invite()
    const answer = await bench.ask(path.replace('TOKEN', token), { method, headers: { cookie: null } })
    expect(answer.status).toBe(403)
    expect(bench.studio.media_.length + bench.studio.uploads.length).toBe(before)
    expect((await bench.signIn(token)).status).toBe(204)
  })

  it('a file that was brought is refused in JSON', async () => {
    const { body } = await bench.ask('/upload?for=picture&name=a', {
      method: 'POST',
      headers: { cookie: null },
    })
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'not-let-in' } })
  })

  it('no line opens, with a token neither', async () => {
    const token = bench.invite()
    const authorization = `Bearer ${token}`
    await expect(bench.openSocket({ cookie: null })).rejects.toThrow('403')
    await expect(bench.openSocket({ cookie: null, authorization })).rejects.toThrow('403')
    for (const path of [`/?token=${token}`, `/studio?token=${token}`])
      await expect(bench.openSocket({ cookie: null }, path)).rejects.toThrow('403')
    expect((await bench.signIn(token)).status).toBe(204)
  })

  it('a stranger is told the same whatever was wrong', async () => {
    const [missing, wrongHost, wrongPath] = await Promise.all([
      bench.ask('/', stranger),
      bench.ask('/', { headers: { host: 'evil.example' } }),
      bench.ask('/../../etc/passwd', stranger),
    ])
    expect(wrongHost.body).toBe(missing.body)
    expect(wrongPath.body).toBe(missing.body)
  })
})
