import { MockAgent } from 'undici'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requestFile } from './http-request.ts'
import type { Answer, RangeRequest, Refusal } from './http-request.ts'

let agent: MockAgent
/** Requests that were made: their origin, path and headers. */
let made: { readonly where: string; readonly headers: Record<string, string> }[]

beforeEach(() => {
  made = []
  agent = new MockAgent()
  agent.disableNetConnect()
})

afterEach(() => agent.close())

function answer(origin: string, status: number, headers: Record<string, string> = {}): void {
  agent
    .get(origin)
    .intercept({ path: () => true })
    .reply((options) => {
      made.push({ where: origin + options.path, headers: options.headers as Record<string, string> })
      return { statusCode: status, data: 'body', responseOptions: { headers } }
    })
    .persist()
}

function ask(url: string, options: Partial<RangeRequest> = {}): Promise<Answer | Refusal> {
  const { signal } = new AbortController()
  return requestFile(url, { offset: 0, ifRange: null, dispatcher: agent, signal, ...options })
}

describe('a request for a file', () => {
  it('asks for all of it, unpacked', async () => {
    answer('https://a.example', 200, { ETag: '"one"' })
    const got = (await ask('https://a.example/file')) as Answer
    expect(got.status).toBe(200)
    expect(got.headers.get('etag')).toBe('"one"')
    expect(made[0]!.headers).toEqual({
      accept: '*/*',
      'accept-encoding': 'identity',
      'user-agent': 'pastiche',
    })
  })

  it('asks for the rest of a version of it', async () => {
    answer('https://a.example', 206)
    await ask('https://a.example/file', { offset: 7, ifRange: '"one"' })
    expect(made[0]!.headers).toMatchObject({ range: 'bytes=7-', 'if-range': '"one"' })
  })

  it.each([
    ['https://a.example', 'https://b.example/x'],
    ['http://a.example', 'http://b.example/x'],
    ['http://a.example', 'https://b.example/x'],
  ])('follows from %s to %s', async (from, to) => {
    answer(from, 302, { location: to })
    answer(new URL(to).origin, 200)
    expect(await ask(`${from}/file`)).toMatchObject({ status: 200 })
  })

  it('is not sent on from https to http', async () => {
    answer('https://a.example', 302, { location: 'http://b.example/x' })
    answer('http://b.example', 200)
    expect(await ask('https://a.example/file')).toEqual({
      end: 'refused',
      reason: 'it redirects from https to http',
    })
    expect(made).toHaveLength(1)
  })

  it('gives a mirror its name and password, and nobody that it redirects to', async () => {
    answer('https://a.example', 302, { location: 'https://b.example/x' })
    answer('https://b.example', 200)
    await ask('https://user:p%40ss@a.example/file')
    expect(made[0]!.headers['authorization']).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`)
    expect(made[1]!.headers).not.toHaveProperty('authorization')
  })
})
