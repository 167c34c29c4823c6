import { test as base } from '@playwright/test'
import { ServedStudio, type ServedOptions } from './served-studio.ts'
import { StudioPage } from './studio-page.ts'

export { expect } from '@playwright/test'

interface Fixtures {
  /** A page that is not opened yet. */
  readonly ui: StudioPage
}

export const test = base.extend<Fixtures>({
  ui: async ({ page }, use) => {
    await use(new StudioPage(page))
  },
})

/** A studio of this file's own, from its first test to its last. */
export function serveStudio(options: ServedOptions = {}): () => ServedStudio {
  let studio: ServedStudio | undefined
  test.beforeAll(async () => {
    studio = await ServedStudio.start(options)
  })
  test.afterAll(() => studio?.dispose())
  return () => studio!
}
