import { createSocket } from 'node:dgram'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from '@playwright/test'
import { screensFolder } from './support/root.ts'
import { ServedStudio } from './support/served-studio.ts'
import { StudioPage } from './support/studio-page.ts'
import { expect, serveStudio, test } from './support/test.ts'

const studio = serveStudio()

const newBrowser = async (browser: Browser): Promise<Page> => (await browser.newContext()).newPage()
const tokenOf = (address: string): string => new URL(address).searchParams.get('token')!

/** Everything of a page where a script could find a secret. */
const withinReach = (page: Page): Promise<string> =>
  page.evaluate(() =>
    [
      location.href,
      document.cookie,
      document.referrer,
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      document.documentElement.outerHTML,
      JSON.stringify(performance.getEntries()),
    ].join('\n'),
  )

/** A page of somebody else. */
async function elsewhere(html: string): Promise<{ server: Server; url: string }> {
  const server = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end(html))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://localhost:${(server.address() as AddressInfo).port}/` }
}

test('the address signs in and leaves the address bar and the history, and a script finds no secret', async ({
  ui,
  context,
}) => {
  const { page } = ui
  const token = tokenOf(studio().url)
  await page.goto('about:blank')
  await ui.open(studio())
  expect(page.url()).toBe(`${studio().origin}/`)
  const [cookie] = await context.cookies(studio().origin)
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/', expires: -1 })
  const found = await withinReach(page)
  for (const secret of [token, cookie!.value]) expect(found).not.toContain(secret)
  await page.reload()
  await ui.ready()
  await page.goBack()
  expect(page.url()).toBe('about:blank')
  await page.goForward()
  await ui.ready()
  expect(page.url()).toBe(`${studio().origin}/`)
  // A second tab is the same browser.
  const second = new StudioPage(await context.newPage())
  await second.page.goto(studio().origin)
  await second.ready()
})

test('a used address says so to another browser, in a page that looks like one', async ({ ui, browser }) => {
  const address = studio().url
  await ui.open(studio())
  const other = await newBrowser(browser)
  const answer = await other.goto(address)
  expect(answer?.status()).toBe(403)
  await expect(other.getByRole('heading')).toHaveText('This address has been used or has expired')
  await expect(other.locator('main')).toHaveCSS('border-radius', '12px')
  await other.screenshot({ path: join(screensFolder, 'address-used.png') })
  await other.goto(studio().origin)
  await expect(other.getByRole('heading')).toHaveText('This studio is private')
  await expect(other.getByText('Open the full address')).toBeVisible()
  await other.screenshot({ path: join(screensFolder, 'refused.png') })
  // The next one is for the other browser.
  await new StudioPage(other).open(studio())
  await other.context().close()
})

test('a page that nobody sees, as one that is loaded in advance, signs nobody in until it is seen', async ({
  ui,
}) => {
  const { page } = ui
  await page.addInitScript(() => {
    let state = 'hidden'
    Object.defineProperty(document, 'visibilityState', { get: () => state })
    Object.assign(globalThis, {
      show: () => {
        state = 'visible'
        document.dispatchEvent(new Event('visibilitychange'))
      },
    })
  })
  const address = studio().url
  await page.goto(address)
  await page.waitForTimeout(500)
  expect(page.url()).toBe(address)
  await page.evaluate(() => (globalThis as unknown as { show: () => void }).show())
  await ui.ready()
  await studio().printsNextAfter(address)
})

test('the link of another site leads a browser that is signed in into the studio', async ({ ui }) => {
  const { page } = ui
  await ui.open(studio())
  const { server, url } = await elsewhere(`<a href="${studio().origin}/">To the studio</a>`)
  try {
    await page.goto(url)
    await page.getByRole('link').click()
    await ui.ready()
  } finally {
    server.close()
  }
})

test('the printed address works as a link of another page too', async ({ ui }) => {
  const address = studio().url
  const { server, url } = await elsewhere(`<a href="${address}">To the studio</a>`)
  try {
    await ui.page.goto(url)
    await ui.page.getByRole('link').click()
    await ui.ready()
    await studio().printsNextAfter(address)
  } finally {
    server.close()
  }
})

test('after a restart a page that is loaded again says so, and opens as soon as its browser has signed in', async ({
  ui,
  context,
}) => {
  const { page } = ui
  await ui.open(studio())
  await studio().restart()
  const answer = await page.reload()
  expect(answer?.status()).toBe(403)
  await expect(page.getByRole('heading')).toHaveText('Pastiche was restarted')
  await expect(page.getByText('Open the new address')).toBeVisible()
  await expect(page.locator('main')).toHaveCSS('border-radius', '12px')
  await page.screenshot({ path: join(screensFolder, 'restarted.png') })
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.screenshot({ path: join(screensFolder, 'restarted-dark.png') })
  await new StudioPage(await context.newPage()).open(studio())
  // The user looks at the first tab again.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await ui.ready()
})

test('no script of the page reaches another computer by WebRTC', async ({ ui, browser }) => {
  const stun = createSocket('udp4')
  let packets = 0
  stun.on('message', () => packets++)
  await new Promise<void>((resolve) => stun.bind(0, '127.0.0.1', resolve))
  /** From a frame, which has everything of its own that was taken from the page. */
  const tryToReach = (page: Page): Promise<void> =>
    page.evaluate(async (port) => {
      const frame = document.body.appendChild(document.createElement('iframe'))
      const { RTCPeerConnection: Peer } = frame.contentWindow as unknown as typeof globalThis
      const peer = new Peer({ iceServers: [{ urls: `stun:127.0.0.1:${port}` }] })
      peer.createDataChannel('out')
      await peer.setLocalDescription(await peer.createOffer())
      await new Promise((resolve) => setTimeout(resolve, 2000))
      frame.remove()
    }, stun.address().port)
  const { server, url } = await elsewhere('<!doctype html><title>Any page</title>')
  const other = await newBrowser(browser)
  try {
    await other.goto(url)
    await tryToReach(other)
    expect(packets).toBeGreaterThan(0)
    await ui.open(studio())
    expect(await ui.page.evaluate(() => typeof RTCPeerConnection)).toBe('undefined')
    packets = 0
    // Chromium may end a page that tries.
    await tryToReach(ui.page).catch(() => undefined)
    await other.waitForTimeout(2000)
    expect(packets).toBe(0)
  } finally {
    await other.context().close()
    server.close()
    stun.close()
  }
})

test.describe('--open', () => {
  test.skip(process.platform !== 'linux', 'A script of the shell stands in for the opener.')

  test('leads a browser through a file into the studio, and the file goes', async ({ ui }) => {
    const home = await mkdtemp(join(tmpdir(), 'pastiche-e2e-'))
    await mkdir(join(home, 'bin'))
    await writeFile(join(home, 'bin', 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > '${home}/opened'\n`)
    await chmod(join(home, 'bin', 'xdg-open'), 0o755)
    const PATH = `${join(home, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`
    const own = await ServedStudio.start({ home, env: { PATH }, args: ['--open'] })
    try {
      const read = (): Promise<string> => readFile(join(home, 'opened'), 'utf8').catch(() => '')
      await expect.poll(read).toContain('pastiche.html')
      const file = await read()
      const token = tokenOf(/http:[^"]+/.exec(await readFile(file, 'utf8'))![0])
      await ui.page.goto(pathToFileURL(file).href)
      await ui.ready()
      expect(ui.page.url()).toBe(`${own.origin}/`)
      expect(await withinReach(ui.page)).not.toContain(token)
      await expect.poll(() => existsSync(file)).toBe(false)
    } finally {
      await own.dispose()
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    }
  })
})
