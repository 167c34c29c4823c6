import type { Page } from 'playwright-core'
import { studioContract, type StudioContract } from '../../../src/shared/contract/studio.ts'
import type { DesktopBridge } from '../../../src/shared/desktop-bridge.ts'
import { createClient, type Client } from '../../../src/shared/rpc/client.ts'
import { Listeners, OnceEvent } from '../../../src/shared/rpc/listeners.ts'
import type { Off, Transport } from '../../../src/shared/rpc/transport.ts'

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
  const line = new PolledLine(page)
  await line.open()
  return createClient(studioContract, line)
}

/** What the page hears is fetched, not told: a second Playwright's functions would stand in the way of the stand-in's own. */
class PolledLine implements Transport {
  readonly #page: Page
  readonly #messages = new Listeners<unknown>()
  readonly #closed = new OnceEvent<Error | null>()

  constructor(page: Page) {
    this.#page = page
  }

  async open(): Promise<void> {
    await this.#page.evaluate(() => {
      const world = globalThis as unknown as TestWorld
      world.testHeard = []
      world.testClosed = false
      world.testLine = world.pastiche.connect(
        (message) => world.testHeard.push(message),
        () => (world.testClosed = true),
      )
    })
    void this.#poll()
  }

  send(message: unknown): void {
    void this.#page
      .evaluate((sent) => (globalThis as unknown as TestWorld).testLine.send(sent), message)
      .catch(() => this.#closed.fire(null))
  }

  onMessage(listener: (message: unknown) => void): Off {
    return this.#messages.add(listener)
  }

  onClose(listener: (reason: Error | null) => void): Off {
    return this.#closed.add(listener)
  }

  close(): void {
    this.#closed.fire(null)
  }

  async #poll(): Promise<void> {
    while (!this.#closed.fired) {
      const { heard, isClosed } = await this.#fetch()
      for (const message of heard) this.#messages.fire(message)
      if (isClosed) this.#closed.fire(null)
      await new Promise((resolve) => setTimeout(resolve, pollMs))
    }
  }

  async #fetch(): Promise<{ heard: unknown[]; isClosed: boolean }> {
    try {
      return await this.#page.evaluate(() => {
        const world = globalThis as unknown as TestWorld
        return { heard: world.testHeard.splice(0), isClosed: world.testClosed }
      })
    } catch {
      return { heard: [], isClosed: true }
    }
  }
}
