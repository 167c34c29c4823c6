import { createServer, request } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { entryOf, manifestOf, slimFile } from './support/fake-models.ts'
import { MisbehavingServer, serve } from './support/misbehaving-server.ts'
import { assertValid, TestStore } from './support/test-store.ts'

const file = slimFile('vgg19')
let server: MisbehavingServer
let proxy: Server
/** Requests to the proxy: "GET http://…", "CONNECT host:port", and with which credentials. */
let asked: string[]
let credentials: (string | undefined)[]

beforeEach(async () => {
  server = await MisbehavingServer.start(serve(file))
  asked = []
  credentials = []
  proxy = createServer((incoming, response) => {
    asked.push(`${incoming.method!} ${incoming.url!}`)
    credentials.push(incoming.headers['proxy-authorization'])
    const onward = request(server.origin + new URL(incoming.url!).pathname, { headers: incoming.headers })
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode!, answer.headers)
      answer.pipe(response)
    })
    onward.end()
  })
  proxy.on('connect', (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url!}`)
    credentials.push(incoming.headers['proxy-authorization'])
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  proxy.closeAllConnections()
  await new Promise((resolve) => proxy.close(resolve))
  await server.stop()
})

const proxyHost = (): string => `127.0.0.1:${(proxy.address() as AddressInfo).port}`

async function get(test: TestStore, url: string, env: Record<string, string>): Promise<void> {
  await test.open(manifestOf(entryOf(file, { urls: [url] })), { env }).download('vgg19')
}

describe('a proxy', () => {
  it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'])('named by %s is asked for the file', async (name) => {
    const test = new TestStore()
    await get(test, 'http://publisher.invalid/a', { [name]: `http://${proxyHost()}` })
    expect(asked).toEqual(['GET http://publisher.invalid/a'])
    expect(await assertValid(test.folder)).toEqual(['vgg19'])
  })

  it('may be named without http://', async () => {
    await get(new TestStore(), 'http://publisher.invalid/a', { HTTP_PROXY: proxyHost() })
    expect(asked).toHaveLength(1)
  })

  it('is told the name and password that its address holds, and nobody else is', async () => {
    const variables = { HTTP_PROXY: `http://user:p%40ss@${proxyHost()}` }
    await get(new TestStore(), 'http://publisher.invalid/a', variables)
    expect(credentials).toEqual([`Basic ${Buffer.from('user:p@ss').toString('base64')}`])
  })

  it('is left out for what NO_PROXY names', async () => {
    const test = new TestStore()
    const env = { HTTP_PROXY: `http://${proxyHost()}`, NO_PROXY: 'example.org,127.0.0.1' }
    await get(test, `${server.origin}/a`, env)
    expect(asked).toEqual([])
    expect(await assertValid(test.folder)).toEqual(['vgg19'])
  })

  it('carries https through a tunnel; one that refuses is told without its password', async () => {
    const env = { HTTPS_PROXY: `http://user:secret@${proxyHost()}` }
    const getting = get(new TestStore(), 'https://publisher.invalid/a', env)
    const error = await getting.catch((thrown: unknown) => thrown as Error & { code: string })
    expect(error).toMatchObject({
      code: 'download-failed',
      message: 'Cannot download VGG19 (test): publisher.invalid: the proxy refused the connection.',
    })
    expect(asked[0]).toBe('CONNECT publisher.invalid:443')
  })

  it.each(['ftp://user:secret@proxy.example', 'http://user:secret@'])(
    'at %s is refused, without repeating it',
    async (address) => {
      const error = await get(new TestStore(), 'http://publisher.invalid/a', { HTTP_PROXY: address }).catch(
        (thrown: unknown) => thrown as Error,
      )
      expect(error).toMatchObject({ code: 'invalid-request' })
      expect((error as Error).message).not.toContain('secret')
    },
  )
})
