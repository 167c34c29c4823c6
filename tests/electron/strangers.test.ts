import { beforeAll, expect, it } from 'vitest'
import type { StudioContract } from '../../src/shared/contract/studio.ts'
import { bridgeChannels } from '../../src/shared/desktop-bridge.ts'
import type { Electron } from './support/desktop-app.ts'
import type { Client } from '../../src/shared/rpc/client.ts'
import { runApp } from './support/run-app.ts'
import { onStandIn } from './support/runners.ts'
import { openStudioLine } from './support/studio-line.ts'

/** Senders that are not the studio's own page. Runs in the app: `world.strangers` makes the event of each by name. */
function meetStrangers(): string[] {
  const foreign = (origin: string) => (sender: { mainFrame: object }) => ({
    sender,
    senderFrame: { origin, parent: null },
  })
  const strangers = {
    'a foreign origin in the main frame': foreign('https://example.com'),
    'another host of the scheme': foreign('pastiche://other'),
    'an opaque origin': foreign('null'),
    'a sub-frame of the own origin': (sender: { mainFrame: object }) => ({
      sender,
      senderFrame: { origin: 'pastiche://studio', parent: sender.mainFrame },
    }),
    'a frame that has gone': (sender: object) => ({ sender, senderFrame: null }),
    'a frame that throws when it is read': (sender: object) => ({
      sender,
      get senderFrame(): object {
        throw new Error('Render frame was disposed.')
      },
    }),
    'another window': () => ({ sender: {}, senderFrame: { origin: 'pastiche://studio', parent: null } }),
  }
  Object.assign(globalThis, { strangers })
  return Object.keys(strangers)
}

/** Keeps what the page calls its line: a stranger who knows it must not be heard either. */
function keepLineName({ ipcMain }: Electron, channel: string): void {
  ipcMain.on(channel, (_event, words: { line: string }) =>
    Object.assign(globalThis, { lineName: words.line }),
  )
}

interface StrangeWorld {
  readonly lineName: string
  readonly strangers: Readonly<Record<string, (sender: object) => object>>
}

onStandIn('who is not the page of the studio', (runner) => {
  const running = runApp(runner)
  let studio: Client<StudioContract>
  let everyone: string[]

  beforeAll(async () => {
    await running.app.evaluate(keepLineName, bridgeChannels.line)
    studio = await openStudioLine(running.app.page)
    everyone = await running.app.evaluate(meetStrangers)
  })

  it('is not heard on the line', async () => {
    for (const who of everyone) {
      await running.app.evaluate(
        ({ BrowserWindow, ipcMain }, { channel, name }) => {
          const world = globalThis as unknown as StrangeWorld
          const event = (): object => world.strangers[name]!(BrowserWindow.getAllWindows()[0]!.webContents)
          const line = world.lineName
          const message = { t: 'call', id: 999_999, m: 'open', a: {} }
          for (const words of [{ open: true }, { message }, { close: true }])
            ipcMain.emit(channel, event(), { line, ...words })
        },
        { channel: bridgeChannels.line, name: who },
      )
      // Had it been heard, this line would be closed, or its calls out of order.
      expect((await studio.call('open', {})).shell.kind, who).toBe('desktop')
    }
  })

  it('gets no ticket for a path', async () => {
    for (const who of everyone) {
      const answer = await running.app.evaluate(
        async ({ BrowserWindow, ipcMain }, { channel, name }) => {
          const world = globalThis as unknown as StrangeWorld
          const main = ipcMain as unknown as {
            invoke(channel: string, event: object, args: unknown[]): Promise<object>
          }
          const event = world.strangers[name]!(BrowserWindow.getAllWindows()[0]!.webContents)
          return main.invoke(channel, event, ['/etc/passwd'])
        },
        { channel: bridgeChannels.grant, name: who },
      )
      expect(answer, who).toEqual({ error: 'Only the page of the studio may open files.' })
    }
  })

  it('is refused by the scheme: a foreign or unknown initiator, another host, another method', async () => {
    const statuses = await running.app.evaluate(async (electron) => {
      const { protocol } = (
        electron as unknown as {
          standIn: { protocol: { handlers: Map<string, (request: Request) => Promise<Response>> } }
        }
      ).standIn
      const handler = protocol.handlers.get('pastiche')!
      const ask = async (url: string, init: RequestInit = {}, initiatorOrigin?: string): Promise<number> => {
        const request = new Request(url, init)
        if (initiatorOrigin !== undefined) Object.assign(request, { initiatorOrigin })
        return (await handler(request)).status
      }
      const page = 'pastiche://studio/'
      const upload = 'pastiche://studio/upload?for=picture&name=x.png'
      return {
        own: await ask(page),
        foreign: await ask(page, {}, 'https://example.com'),
        opaque: await ask(page, {}, 'null'),
        host: await ask('pastiche://other/'),
        method: await ask(page, { method: 'DELETE' }),
        uploadOfNobody: await ask(upload, { method: 'POST', body: 'x' }),
        uploadOfStranger: await ask(upload, { method: 'POST', body: 'x' }, 'https://example.com'),
        media: await ask('pastiche://studio/media/AAAAAAAAAAAAAAAAAAAAAA?side=320', {}, 'pastiche://studio'),
        noTicket: await ask('pastiche://studio/media/..%2f..%2fetc%2fpasswd'),
      }
    })
    expect(statuses).toEqual({
      own: 200,
      foreign: 403,
      opaque: 403,
      host: 403,
      method: 405,
      uploadOfNobody: 403,
      uploadOfStranger: 403,
      media: 404,
      noTicket: 400,
    })
  })
})
