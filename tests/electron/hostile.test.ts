import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import type { StudioContract } from '../../src/shared/contract/studio.ts'
import { bridgeChannels, type DesktopBridge } from '../../src/shared/desktop-bridge.ts'
import { errorCatalogue } from '../../src/shared/errors.ts'
import type { Client } from '../../src/shared/rpc/client.ts'
import type { Electron } from './support/desktop-app.ts'
import { runApp } from './support/run-app.ts'
import { onStandIn } from './support/runners.ts'
import { openStudioLine } from './support/studio-line.ts'

const methods = [
  'open',
  'start',
  'save',
  'delete',
  'changeSettings',
  'importPreset',
  '__proto__',
  'constructor',
]

const lines = fc.constantFrom('one', 'two')

/** Messages of a page that someone has taken over: nearly right, or anything. */
const hostileWords = fc.oneof(
  fc.jsonValue(),
  fc.record({ line: fc.oneof(lines, fc.jsonValue()), open: fc.oneof(fc.constant(true), fc.jsonValue()) }),
  fc.record({ line: lines, close: fc.jsonValue(), message: fc.jsonValue() }),
  fc.record({ line: lines, close: fc.constant(true) }),
  fc.record({
    line: lines,
    message: fc.oneof(
      fc.jsonValue(),
      fc.record({
        t: fc.constantFrom('hello', 'call', 'cancel', 'ok', 'err', 'ev'),
        id: fc.oneof(fc.integer(), fc.jsonValue()),
        m: fc.oneof(fc.constantFrom(...methods), fc.string()),
        a: fc.jsonValue(),
        v: fc.integer(),
      }),
    ),
  }),
)

/** Says values that structured clone carries and JSON does not, as the studio's own page. Runs in the app. */
function sayStrangeValues({ BrowserWindow, ipcMain }: Electron, line: string): void {
  const contents = BrowserWindow.getAllWindows()[0]!.webContents
  const event = { sender: contents, senderFrame: { origin: 'pastiche://studio', parent: null } }
  const loop: Record<string, unknown> = {}
  loop['line'] = 'one'
  loop['message'] = loop
  let deep = {}
  for (let depth = 0; depth < 20_000; depth += 1) deep = { deep }
  const values = [
    ...[undefined, null, 1n, NaN, '', [], new Map([[1, { message: 1 }]]), new Date(), new Uint8Array(8)],
    ...[loop, deep, { message: deep }, { message: 'x'.repeat(5_000_000) }, Object.create(null) as unknown],
    { t: 'hello', v: 1, toString: 1, valueOf: 1 },
    JSON.parse('{ "__proto__": { "t": "hello" }, "constructor": 1 }'),
  ] as unknown[]
  for (const value of values) {
    ipcMain.emit(line, event, value)
    ipcMain.emit(line, event, { line: 'one', open: true })
    ipcMain.emit(line, event, { line: 'one', message: value })
    ipcMain.emit(line, event, { line: value, open: true })
  }
  ipcMain.emit(line, event)
}

onStandIn('whatever a page says', (runner) => {
  const running = runApp(runner)
  let studio: Client<StudioContract>

  beforeAll(async () => {
    studio = await openStudioLine(running.app.page)
  })

  /** Says things as the studio's own page, on a line or with a path. */
  const sayAsPage = (channel: string, values: readonly unknown[]): Promise<unknown[]> =>
    running.app.evaluate(
      async ({ BrowserWindow, ipcMain }, { name, words, grant }) => {
        const contents = BrowserWindow.getAllWindows()[0]!.webContents
        const main = ipcMain as unknown as {
          invoke(channel: string, event: object, args: unknown[]): Promise<unknown>
        }
        const answers: unknown[] = []
        for (const word of words) {
          const event = { sender: contents, senderFrame: { origin: 'pastiche://studio', parent: null } }
          if (name === grant) answers.push(await main.invoke(name, event, [word]))
          else ipcMain.emit(name, event, word)
        }
        return answers
      },
      { name: channel, words: values, grant: bridgeChannels.grant },
    )

  it('on the line, the app lives, and a page that connects again is served', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostileWords, { maxLength: 20 }), async (words) => {
        await sayAsPage(bridgeChannels.line, [{ line: 'one', open: true }, ...words])
      }),
      { numRuns: 60 },
    )
    studio = await openStudioLine(running.app.page)
    expect((await studio.call('open', {})).shell.kind).toBe('desktop')
  })

  it('in values that are no JSON, the app lives, and a page that connects again is served', async () => {
    await running.app.evaluate(sayStrangeValues, bridgeChannels.line)
    studio = await openStudioLine(running.app.page)
    expect((await studio.call('open', {})).shell.kind).toBe('desktop')
  })

  it('for a ticket, it gets one for an absolute path only, and else a sentence', async () => {
    const path = fc.oneof(
      fc.string(),
      fc.jsonValue(),
      fc.constantFrom(
        '',
        '/',
        '.',
        '..',
        '../x',
        'C:x',
        '/a\0b',
        'file:///etc/passwd',
        `/${'a'.repeat(40_000)}`,
      ),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(path, { minLength: 1, maxLength: 20 }), async (paths) => {
        const answers = (await sayAsPage(bridgeChannels.grant, paths)) as {
          ticket?: string
          error?: string
        }[]
        answers.forEach((answer, index) => {
          const asked = paths[index]
          const isAbsolute = typeof asked === 'string' && asked.startsWith('/') && !asked.includes('\0')
          if (answer.ticket === undefined) expect(answer.error).toMatch(/absolute path/)
          else expect(isAbsolute).toBe(true)
        })
      }),
      { numRuns: 40 },
    )
  })

  it('through the bridge itself, every call is answered with an error of the catalogue', async () => {
    const answers = await running.app.page.evaluate(async (names) => {
      const { pastiche } = globalThis as unknown as { pastiche: DesktopBridge }
      const heard: { t?: string; e?: { code: string } }[] = []
      const line = pastiche.connect(
        (message) => heard.push(message as object),
        () => undefined,
      )
      const call = (id: number, m: string, a: unknown): void => line.send({ t: 'call', id, m, a })
      call(1, 'open', {})
      line.send({ t: 'hello', v: 1 })
      names.forEach((name, index) => call(2 * index + 2, name, { ticket: '/etc/passwd', resultIds: null }))
      line.send(null)
      line.send({ t: 'nonsense' })
      const errors = (): number => heard.filter(({ t }) => t === 'err').length
      for (let tries = 0; tries < 100 && errors() < names.length; tries += 1)
        await new Promise((resolve) => setTimeout(resolve, 100))
      line.close()
      line.send({ t: 'call', id: 99, m: 'open', a: {} })
      return heard
    }, methods)
    const codes = answers.filter(({ t }) => t === 'err').map(({ e }) => e!.code)
    expect(codes.length).toBeGreaterThanOrEqual(methods.length)
    for (const code of codes) expect(errorCatalogue).toHaveProperty([code])
  })

  it('a page that connects twice has its first line closed, and hears nothing of it on the second', async () => {
    const heard = await running.app.page.evaluate(async () => {
      const { pastiche } = globalThis as unknown as { pastiche: DesktopBridge }
      const told: string[] = []
      const open = (name: string): ReturnType<DesktopBridge['connect']> =>
        pastiche.connect(
          (message) => told.push(`${name} ${(message as { t: string }).t}`),
          () => told.push(`${name} closed`),
        )
      const first = open('first')
      first.send({ t: 'hello', v: 1 })
      first.send({ t: 'call', id: 1, m: 'open', a: {} })
      const second = open('second')
      first.send({ t: 'call', id: 2, m: 'open', a: {} })
      second.send({ t: 'hello', v: 1 })
      await new Promise((resolve) => setTimeout(resolve, 500))
      return told
    })
    expect(heard).toEqual(['first closed', 'second hello'])
  })

  it('a line that a document opened while it was being left neither ends nor disturbs that of the next one', async () => {
    const { page } = running.app
    const left = { line: 'of the document that was left' }
    await page.reload()
    await sayAsPage(bridgeChannels.line, [{ ...left, open: true }])
    await page.evaluate(() => {
      const world = globalThis as unknown as { pastiche: DesktopBridge; heard: string[] }
      world.heard = []
      const line = world.pastiche.connect(
        (message) => world.heard.push((message as { t: string }).t),
        () => world.heard.push('closed'),
      )
      line.send({ t: 'hello', v: 1 })
    })
    const heard = (): Promise<string[]> =>
      page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard)
    await expect.poll(heard).toContain('hello')
    await sayAsPage(bridgeChannels.line, [
      { ...left, message: { t: 'hello', v: 1 } },
      { ...left, close: true },
    ])
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await heard()).toEqual(['hello'])
  })
})
