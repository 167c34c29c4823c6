import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runApp } from './support/run-app.ts'
import { onStandIn } from './support/runners.ts'

interface Seen {
  readonly message: string
  readonly opened: string[]
}

onStandIn('the help menu of the desktop app', (runner) => {
  let asked: string[] = []
  let server: Server
  let page: string
  let tag = 'v99.0.0'
  // Before the app starts, which inherits the environment.
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(302, { location: `${page}/tag/${tag}` }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    page = `http://127.0.0.1:${(server.address() as AddressInfo).port}/releases`
    process.env['PASTICHE_RELEASES_URL'] = page
  })
  afterAll(() => {
    delete process.env['PASTICHE_RELEASES_URL']
    server.close()
  })
  const running = runApp(runner)

  /** Chooses "Check for Updates…" and answers what comes with its first button. */
  const look = (): Promise<Seen> =>
    running.app.evaluate(async ({ Menu, dialog, shell }) => {
      const { opened } = shell as unknown as { opened: string[] }
      opened.length = 0
      const message = await new Promise<string>((resolve) => {
        dialog.showMessageBox = ((_window: unknown, options: Electron.MessageBoxOptions) => {
          resolve(options.message)
          return Promise.resolve({ response: 0, checkboxChecked: false })
        }) as typeof dialog.showMessageBox
        const item = Menu.getApplicationMenu()!.getMenuItemById('updates')!
        ;(item.click as () => void)()
      })
      await new Promise((resolve) => setTimeout(resolve, 50))
      return { message, opened }
    })

  it('asks for updates only when that is chosen', async () => {
    await running.app.page.getByRole('button', { name: /start painting/i }).waitFor()
    expect(asked).toEqual([])
    expect(await look()).toEqual({ message: 'Pastiche 99.0.0 is there.', opened: [page] })
    expect(asked).toEqual(['/releases/latest'])
  })

  it('says so when there is nothing newer, and opens nothing', async () => {
    tag = 'v0.0.1'
    expect(await look()).toEqual({ message: 'This is the newest Pastiche.', opened: [] })
  })

  it('asks nobody where Pastiche stays offline', async () => {
    process.env['PASTICHE_OFFLINE'] = '1'
    try {
      await running.restart()
    } finally {
      delete process.env['PASTICHE_OFFLINE']
    }
    asked = []
    expect(await look()).toEqual({ message: 'Pastiche stays offline.', opened: [] })
    expect(asked).toEqual([])
  })
})
