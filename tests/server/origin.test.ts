import { hostname, networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isLoopback, OwnAddresses } from '../../src/server/addresses.ts'
import { startStudioServer } from '../../src/server/index.ts'
import { signIn } from '../support/sign-in.ts'
import { Bench } from './support/bench.ts'

let bench: Bench
beforeAll(async () => {
  bench = await Bench.open()
})
afterAll(() => bench.close())

const withPort = (text: string): string => text.replace('PORT', String(bench.server.port))

describe('the host that a request means', () => {
  it.each(['127.0.0.1:PORT', 'localhost:PORT', 'LOCALHOST:PORT', '[::1]:PORT'])('may be %s', async (host) => {
    const headers = { host: withPort(host), origin: null }
    expect((await bench.ask('/', { headers })).status).toBe(200)
  })

  it.each([
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost',
    'localhost.evil.example:PORT',
    'localhost.:PORT',
    '127.0.0.1:PORT:PORT',
    '127.0.0.1:PORT@evil.example',
    'user@127.0.0.1:PORT',
    '0.0.0.0:PORT',
    hostname() === 'localhost' ? 'other' : `${hostname()}:PORT`,
    ' ',
  ])('may not be "%s"', async (host) => {
    const headers = { host: withPort(host), origin: null }
    expect((await bench.ask('/', { headers })).status).toBe(403)
    const address = `/?token=${bench.invite()}`
    expect((await bench.ask(address, { headers: { ...headers, cookie: null } })).status).toBe(403)
    await expect(
      bench.openSocket({ host: withPort(host), origin: `http://${withPort(host)}` }),
    ).rejects.toThrow('403')
  })

  it('must be said', async () => {
    const answer = await bench.raw(`GET / HTTP/1.1\r\nCookie: ${bench.cookie}\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
  })
})

describe('the origin of a request', () => {
  const foreign = [
    'http://evil.example',
    'https://127.0.0.1:PORT',
    'http://127.0.0.1:1',
    'http://127.0.0.1',
    'null',
  ]

  it.each([...foreign, 'http://localhost:PORT', ''])('may not be "%s"', async (text) => {
    const origin = withPort(text)
    const upload = { method: 'POST', headers: { origin }, body: 'x' }
    expect((await bench.ask('/', { headers: { origin } })).status).toBe(403)
    expect((await bench.ask('/upload?for=picture&name=a', upload)).status).toBe(403)
    await expect(bench.openSocket({ origin })).rejects.toThrow('403')
    expect(bench.studio.uploads).toEqual([])
    expect(bench.studio.lines).toEqual([])
  })

  it('must be said with a socket and with a file', async () => {
    const upload = { method: 'POST', headers: { origin: null }, body: 'x' }
    expect((await bench.ask('/upload?for=picture&name=a', upload)).status).toBe(403)
    await expect(bench.openSocket({ origin: null })).rejects.toThrow('403')
  })
})

describe('the site of a request', () => {
  it.each(['cross-site', 'same-site', 'nonsense'])('may not be %s', async (site) => {
    const headers = {
      origin: null,
      'sec-fetch-site': site,
      'sec-fetch-mode': 'no-cors',
      'sec-fetch-dest': 'image',
    }
    expect((await bench.ask('/media/AAAAAAAAAAAAAAAAAAAAAA', { headers })).status).toBe(403)
    expect((await bench.ask('/', { headers })).status).toBe(403)
    await expect(bench.openSocket({ 'sec-fetch-site': site })).rejects.toThrow('403')
  })

  it.each(['same-origin', 'none'])('may be %s', async (site) => {
    expect((await bench.ask('/', { headers: { origin: null, 'sec-fetch-site': site } })).status).toBe(200)
  })

  const visit = { origin: null, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  const link = { ...visit, 'sec-fetch-site': 'cross-site' }

  it('may be another where someone follows a link to the studio, but not into a frame', async () => {
    expect((await bench.ask('/', { headers: link })).status).toBe(200)
    expect((await bench.ask('/', { headers: { ...link, 'sec-fetch-dest': 'iframe' } })).status).toBe(403)
    expect((await bench.ask('/icon.svg', { headers: link })).status).toBe(403)
  })

  it('may be another where the printed address was a link in another page', async () => {
    const answer = await bench.ask(`/?token=${bench.invite()}`, { headers: { ...link, cookie: null } })
    expect(answer.status).toBe(200)
  })
})

describe('a server that other computers reach', () => {
  it('goes by the addresses and the name of this computer as well, and by no other', () => {
    const addresses = new OwnAddresses('0.0.0.0', 7278)
    const own = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => address)
    for (const name of ['127.0.0.1', 'localhost', hostname(), ...own])
      expect([name, addresses.includes(`${name}:7278`)]).toEqual([name, true])
    for (const name of ['evil.example', '203.0.113.9', ''])
      expect([name, addresses.includes(`${name}:7278`)]).toEqual([name, false])
  })

  it('goes by the address that it was told', () => {
    expect(new OwnAddresses('studio.lan', 7278).includes('studio.lan:7278')).toBe(true)
    expect(new OwnAddresses('fd00::5', 7278).includes('[fd00::5]:7278')).toBe(true)
  })

  it('needs no port in its name where browsers leave it out', () => {
    expect(new OwnAddresses('127.0.0.1', 80).includes('127.0.0.1')).toBe(true)
    expect(new OwnAddresses('127.0.0.1', 80).includes('127.0.0.1:80')).toBe(true)
    expect(new OwnAddresses('127.0.0.1', 81).includes('127.0.0.1')).toBe(false)
  })

  it('really is reached by its own address', async () => {
    const open = await Bench.open({}, '0.0.0.0')
    const headers = { host: `${hostname()}:${open.server.port}`, origin: null }
    const answer = await open.ask('/', { headers })
    await open.close()
    expect(answer.status).toBe(200)
    expect(open.server.invite(null).urls[0]).toContain('http://127.0.0.1:')
  })

  const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
    all?.some(({ address }) => address === '::1'),
  )
  it.runIf(hasIpv6)('is signed in at by an address of IPv6 too', async () => {
    const server = await startStudioServer({
      studio: bench.studio,
      page: `${bench.folder}/page`,
      host: '::1',
    })
    try {
      const [url] = server.invite(null).urls
      expect(url).toContain(`http://[::1]:${server.port}/?token=`)
      const { origin, cookie } = await signIn(url)
      expect((await fetch(origin, { headers: { cookie } })).status).toBe(200)
    } finally {
      await server.close()
    }
  })

  it.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['localhost', true],
    ['::1', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['::', false],
    ['127.0.0.1.evil.example', false],
    ['192.168.0.2', false],
  ])('is told by its host: %s is loopback: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected)
  })
})
