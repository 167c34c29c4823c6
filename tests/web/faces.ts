import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StudioService } from '../../src/host/index.ts'
import { Bench, writePage, type Answer, type Question } from '../server/support/bench.ts'
import { FakeStudio } from '../server/support/fake-studio.ts'

/** A shell that hands requests to the web application, with a page of a few files and a fake studio behind it. */
export interface OpenFace {
  readonly studio: FakeStudio
  /** Other files beside the page. */
  readonly folder: string
  readonly faults: unknown[]
  /** Asks as the studio's own page does. */
  ask(path: string, question?: Question): Promise<Answer>
  close(): Promise<void>
}

export interface Face {
  readonly name: string
  readonly open: () => Promise<OpenFace>
}

export const http: Face = { name: 'HTTP', open: () => Bench.open() }

type Handler = (request: Request) => Promise<Response>
interface AppScheme {
  serveAppScheme: (
    protocol: { handle(scheme: string, handler: Handler): void },
    options: { page: string; studio: StudioService; onFault: (fault: unknown) => void },
  ) => void
}

/** By its address, because what runs in Electron is compiled apart. */
const appScheme = new URL('../../src/main/app-scheme.ts', import.meta.url).href

export const ownOrigin = 'pastiche://studio'

export const scheme: Face = {
  name: "the app's scheme",
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pastiche-scheme-'))
    const [page, studio, faults] = [await writePage(folder), new FakeStudio(), [] as unknown[]]
    let handler: Handler = () => Promise.reject(new Error('No handler was registered.'))
    const { serveAppScheme } = (await import(appScheme)) as AppScheme
    serveAppScheme(
      { handle: (_scheme, given) => (handler = given) },
      { page, studio, onFault: (fault) => void faults.push(fault) },
    )
    return {
      studio,
      folder,
      faults,
      ask: (path, question) => askScheme(handler, path, question),
      close: () => rm(folder, { recursive: true, force: true }),
    }
  },
}

/** A request as Electron makes it: whose page caused it, stands in `initiatorOrigin`, which a header `origin` of the test becomes. */
async function askScheme(
  handler: Handler,
  path: string,
  { method = 'GET', headers = {}, body }: Question = {},
): Promise<Answer> {
  const { origin = ownOrigin, ...others } = headers
  const given = Object.entries(others).filter((entry): entry is [string, string] => entry[1] !== null)
  const init = { method, headers: given, ...(body === undefined ? {} : { body }) }
  const request = new Request(path.startsWith('/') ? ownOrigin + path : path, init)
  const answer = await handler(Object.assign(request, origin === null ? {} : { initiatorOrigin: origin }))
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: await answer.text(),
  }
}
