import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { BrowserContext, Page } from '@playwright/test'
import { ServedStudio } from './support/served-studio.ts'
import { StudioPage } from './support/studio-page.ts'
import { expect, test } from './support/test.ts'

interface Watched {
  /** Every request of every page of a context, in order. */
  readonly requests: string[]
  /** Requests blocked for the page, and its errors. */
  readonly complaints: string[]
}

async function watch(context: BrowserContext): Promise<Watched> {
  const watched: Watched = { requests: [], complaints: [] }
  context.on('request', (request) => watched.requests.push(request.url()))
  await context.exposeFunction('tellViolation', (text: string) => watched.complaints.push(text))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      ;(window as unknown as { tellViolation: (text: string) => void }).tellViolation(
        `${violatedDirective}: ${blockedURI}`,
      )
    })
  })
  context.on('page', (page: Page) => {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) watched.complaints.push(message.text())
    })
    page.on('pageerror', (error) => watched.complaints.push(error.message))
    page.on('websocket', (socket) => watched.requests.push(socket.url()))
  })
  return watched
}

/** Everything a person does in a session, as far as it could lead out. */
async function wholeSession(ui: StudioPage): Promise<void> {
  const { page } = ui
  await ui.paintSmall()
  await page.keyboard.press('c')
  await ui.button('Copy picture').click()
  await ui.button('Save…').click()
  const coming = page.waitForEvent('download')
  await ui.dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await coming
  await page.keyboard.press('Control+2')
  await page.getByRole('option').first().click()
  await ui.button('Recipe').click()
  await expect(ui.dialog.getByRole('heading', { name: 'Parameters' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+1')
  for (const name of ['Models', 'Devices', 'Settings', 'Keyboard shortcuts', 'Pastiche']) {
    await ui.button(name).click()
    await expect(ui.dialog).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(ui.dialog).toBeHidden()
  }
  await page.reload()
  await ui.ready()
}

for (const offline of [true, false]) {
  test(`with offline ${offline ? 'on' : 'off'}, nothing leaves this computer in a whole session, and no policy is broken`, async ({
    browser,
  }) => {
    const home = await mkdtemp(join(tmpdir(), 'pastiche-e2e-'))
    const connections = join(home, 'connections.txt')
    const studio = await ServedStudio.start({
      home,
      env: {
        PASTICHE_OFFLINE: offline ? '1' : '',
        NODE_OPTIONS: `--require "${resolve('tests/models/support/watch-network.cjs')}"`,
        WATCH_FILE: connections,
      },
    })
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] })
    try {
      const watched = await watch(context)
      const ui = new StudioPage(await context.newPage())
      await ui.open(studio)
      // To listen at 127.0.0.1, Node looks that up.
      const heard = readFileSync(connections, 'utf8')
      const far = new Set<string>()
      const looking = setInterval(() => studio.farSockets().forEach((socket) => far.add(socket)), 100)
      await wholeSession(ui).finally(() => clearInterval(looking))

      const strangers = watched.requests.filter((url) => {
        const { host, protocol } = new URL(url)
        return host !== new URL(studio.origin).host && !['blob:', 'data:'].includes(protocol)
      })
      expect(strangers).toEqual([])
      expect(watched.requests.length).toBeGreaterThan(20)
      expect(watched.complaints).toEqual([])

      // The host tries no connection and looks no name up; its engines get no options from outside, so the kernel is asked.
      expect(heard).toMatch(/^watching\n(lookup\n)?$/)
      expect(readFileSync(connections, 'utf8')).toBe(heard)
      expect([...far]).toEqual([])
    } finally {
      await context.close()
      await studio.dispose()
      await rm(home, { recursive: true, force: true })
    }
  })
}
