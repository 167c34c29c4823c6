import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Bench, indexHtml, token, type Question } from './support/bench.ts'

let bench: Bench
beforeAll(async () => {
  bench = await Bench.open()
})
afterAll(() => bench.close())

const stranger: Question = { headers: { cookie: null, origin: null } }

describe('the token', () => {
  it('becomes a cookie that scripts and other sites do not get, and leaves the address', async () => {
    const answer = await bench.ask(`/?token=${token}`, stranger)
    expect(answer.status).toBe(303)
    expect(answer.headers.location).toBe('/')
    expect(answer.headers['set-cookie']).toEqual([`${bench.cookie}; Path=/; HttpOnly; SameSite=Strict`])
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.headers['referrer-policy']).toBe('no-referrer')
  })

  it('as a cookie opens the page', async () => {
    expect(await bench.ask('/', { headers: { origin: null } })).toMatchObject({
      status: 200,
      body: indexHtml,
    })
  })

  it('is found among other cookies', async () => {
    const cookie = `a=b; ${bench.cookie}; pastiche-1=other`
    expect((await bench.ask('/', { headers: { cookie } })).status).toBe(200)
  })

  it('of an old address does no harm to who is in', async () => {
    expect((await bench.ask('/?token=old')).status).toBe(303)
  })

  it('is in the printed address, and long where nobody chose it', async () => {
    const other = await import('../../src/server/index.ts')
    const server = await other.startStudioServer({ studio: bench.studio, page: `${bench.folder}/page` })
    await server.close()
    expect(server.url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${server.port}/\\?token=[\\w-]{43}$`))
  })

  it.each([
    ['is missing', '/', {}],
    ['is wrong', '/?token=wrong', {}],
    ['is the beginning of the right one', `/?token=${token.slice(0, -1)}`, {}],
    ['is empty', '/?token=', {}],
    ['is in the cookie of another port', '/', { cookie: `pastiche-1=${token}` }],
    ['is wrong in the cookie', '/', { cookie: 'pastiche-PORT=wrong' }],
    ['is empty in the cookie', '/', { cookie: 'pastiche-PORT=' }],
    ['is right, but at another address than the first', `/index.html?token=${token}`, {}],
  ])('lets nobody in where it %s', async (_name, path, headers: Record<string, string>) => {
    const cookie = headers['cookie']?.replace('PORT', String(bench.server.port)) ?? null
    const answer = await bench.ask(path, { headers: { origin: null, cookie } })
    expect(answer.status).toBe(403)
    expect(answer.body).toContain('Open the whole address that "pastiche serve" printed in the terminal.')
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it.each([
    ['/assets/index-Bx3_k-9Q.js', 'GET'],
    ['/media/AAAAAAAAAAAAAAAAAAAAAA', 'GET'],
    ['/upload?for=picture&name=a.png', 'POST'],
    ['/nothing', 'GET'],
    ['/', 'DELETE'],
    [`/?token=${token}`, 'POST'],
  ])('is needed for %s', async (path, method) => {
    const before = bench.studio.media_.length + bench.studio.uploads.length
    const answer = await bench.ask(path, { method, headers: { cookie: null } })
    expect(answer.status).toBe(403)
    expect(bench.studio.media_.length + bench.studio.uploads.length).toBe(before)
  })

  it('is asked for in JSON where a file was brought', async () => {
    const { body } = await bench.ask('/upload?for=picture&name=a', {
      method: 'POST',
      headers: { cookie: null },
    })
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'not-let-in' } })
  })

  it('is needed for a socket', async () => {
    await expect(bench.openSocket({ cookie: null })).rejects.toThrow('403')
    await expect(bench.openSocket({ cookie: null }, `/?token=${token}`)).rejects.toThrow('403')
  })

  it('tells a refused stranger the same whatever was wrong', async () => {
    const [missing, wrongHost, wrongPath] = await Promise.all([
      bench.ask('/', stranger),
      bench.ask('/', { headers: { host: 'evil.example' } }),
      bench.ask('/../../etc/passwd', stranger),
    ])
    expect(wrongHost.body).toBe(missing.body)
    expect(wrongPath.body).toBe(missing.body)
  })
})
