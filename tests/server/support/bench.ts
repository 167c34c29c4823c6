import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { startStudioServer, type ServerLimits, type StudioServer } from '../../../src/server/index.ts'
import { signIn, type SignedIn } from '../../support/sign-in.ts'
import { FakeStudio } from './fake-studio.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Question {
  readonly method?: string
  /** Headers of the request; null leaves out one that is sent otherwise. */
  readonly headers?: Record<string, string | null>
  readonly body?: string | Buffer
}

/** A server on a free port with a fake studio behind it and a page of a few files, and ways to talk to it. */
export class Bench {
  readonly server: StudioServer
  readonly studio: FakeStudio
  readonly folder: string
  readonly faults: unknown[]
  /** Headers of a browser that has signed in. */
  readonly cookie: string

  private constructor(
    server: StudioServer,
    { cookie }: SignedIn,
    studio: FakeStudio,
    folder: string,
    faults: unknown[],
  ) {
    this.server = server
    this.cookie = cookie
    this.studio = studio
    this.folder = folder
    this.faults = faults
  }

  static async open(limits: Partial<ServerLimits> = {}, host = '127.0.0.1'): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'pastiche-server-'))
    const page = await writePage(folder)
    const studio = new FakeStudio()
    const faults: unknown[] = []
    const onFault = (fault: unknown): void => void faults.push(fault)
    const server = await startStudioServer({ studio, page, limits, host, onFault })
    return new Bench(server, await signIn(server.invite(null).urls[0]), studio, folder, faults)
  }

  get host(): string {
    return `127.0.0.1:${this.server.port}`
  }

  /** The token of a fresh address. */
  invite(lifeMs: number | null = null): string {
    return new URL(this.server.invite(lifeMs).urls[0]).searchParams.get('token')!
  }

  /** Signs in as the page of an address does. */
  signIn(token: string, { headers, ...rest }: Question = {}): Promise<Answer> {
    const own = { cookie: null, authorization: `Bearer ${token}` }
    return this.ask('/sign-in', { method: 'POST', headers: { ...own, ...headers }, ...rest })
  }

  get ownHeaders(): Record<string, string> {
    return { host: this.host, cookie: this.cookie, origin: `http://${this.host}` }
  }

  /** Asks as the server's own page does, but for what the test says otherwise. The path goes out as it is. */
  ask(path: string, { method = 'GET', headers = {}, body }: Question = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { port } = this.server
      const all = withoutNulls({ ...this.ownHeaders, ...headers })
      const asked = request(
        { port, host: '127.0.0.1', path, method, headers: all, agent: false },
        (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('error', reject)
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              body: Buffer.concat(chunks).toString('utf8'),
            }),
          )
        },
      )
      asked.on('error', reject)
      asked.end(body)
    })
  }

  /** Opens a page's line as the page does, but for what the test says otherwise. */
  openSocket(headers: Record<string, string | null> = {}, path = '/studio'): Promise<WebSocket> {
    const all = withoutNulls({ ...this.ownHeaders, ...headers })
    const socket = new WebSocket(`ws://127.0.0.1:${this.server.port}${path}`, { headers: all })
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(socket))
      socket.once('error', reject)
    })
  }

  /** A bare connection. */
  async connect(): Promise<Socket> {
    const socket = connect({ port: this.server.port, host: '127.0.0.1' })
    socket.on('error', () => undefined)
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return socket
  }

  /** Writes bytes to a bare connection, and reads until it is closed. */
  async raw(text: string): Promise<string> {
    const socket = await this.connect()
    socket.write(text)
    return readToEnd(socket)
  }

  async close(): Promise<void> {
    await this.server.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}

export async function readToEnd(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve))
  return Buffer.concat(chunks).toString('utf8')
}

/** How a page's line was closed. */
export function closed(socket: WebSocket): Promise<{ code: number; reason: string }> {
  return new Promise((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  )
}

export const indexHtml = '<!doctype html><title>The studio</title>'

/** A built page of a few files, with a secret beside it. */
export async function writePage(folder: string): Promise<string> {
  const page = join(folder, 'page')
  await mkdir(join(page, 'assets'), { recursive: true })
  await writeFile(join(page, 'index.html'), indexHtml)
  await writeFile(join(page, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  await writeFile(join(page, 'assets', 'index-Bx3_k-9Q.js'), 'export {}')
  await writeFile(join(page, 'assets', 'index-C0ffee.css'), 'body {}')
  await writeFile(join(page, '.hidden'), 'hidden')
  await writeFile(join(folder, 'secret.txt'), 'the secret beside the page')
  return page
}

function withoutNulls(headers: Record<string, string | null>): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([, value]) => value !== null),
  ) as OutgoingHttpHeaders
}
