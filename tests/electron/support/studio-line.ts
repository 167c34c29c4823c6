import type { Page } from 'playwright-core'
import { studioContract, type StudioContract } from '../../../src/shared/contract/studio.ts'
import type { DesktopBridge } from '../../../src/shared/desktop-bridge.ts'
import { createClient, type Client } from '../../../src/shared/rpc/client.ts'
import { PortLine } from '../../../src/shared/rpc/line.ts'

/** The page's world, as far as tests reach into it. */
interface TestWorld {
  pastiche: DesktopBridge
  testLine: ReturnType<DesktopBridge['connect']>
  testHeard: unknown[]
  testClosed: boolean
}

const pollMs = 30

/**
 * A client of the studio, through the bridge of the window, as the page has it. The studio's own page is left for a bare one of
 * the same origin, since each page has one line only.
 */
export async function openStudioLine(page: Page): Promise<Client<StudioContract>> {
  await page.goto(new URL('/first-sight.css', page.url()).href)
  return createClient(studioContract, await openLine(page))
}

/** The page's messages are fetched, not told: a second Playwright's functions would stand in the way of the stand-in's own. */
async function openLine(page: Page): Promise<PortLine> {
  await page.evaluate(() => {
    const world = globalThis as unknown as TestWorld
    world.testHeard = []
    world.testClosed = false
    world.testLine = world.pastiche.connect(
      (message) => world.testHeard.push(message),
      () => (world.testClosed = true),
    )
  })
  let isOpen = true
  const line: PortLine = new PortLine({
    post: (json) =>
      void page
        .evaluate((sent) => (globalThis as unknown as TestWorld).testLine.send(JSON.parse(sent)), json)
        .catch(() => line.end()),
    hangUp: () => line.end(),
  })
  line.onClose(() => (isOpen = false))
  const poll = async (): Promise<void> => {
    while (isOpen) {
      const { heard, isClosed } = await fetchHeard(page)
      for (const message of heard) line.receive(message)
      if (isClosed) line.end()
      await new Promise((resolve) => setTimeout(resolve, pollMs))
    }
  }
  void poll()
  return line
}

async function fetchHeard(page: Page): Promise<{ heard: unknown[]; isClosed: boolean }> {
  try {
    return await page.evaluate(() => {
      const world = globalThis as unknown as TestWorld
      return { heard: world.testHeard.splice(0), isClosed: world.testClosed }
    })
  } catch {
    return { heard: [], isClosed: true }
  }
}
