import { defineConfig } from '@playwright/test'
import { findChromium } from './tests/e2e/support/chromium.ts'

const isCi = Boolean(process.env['CI'])
const chromium = findChromium()
if (chromium === null) {
  const where = 'Install it (Debian: apt-get install chromium), or name it in CHROMIUM_PATH.'
  if (isCi) throw new Error(`Expected a Chromium to look at the studio with, found none. ${where}`)
  process.stderr.write(`\n!!! NO CHROMIUM: THE STUDIO'S PAGE IS NOT TESTED. ${where}\n\n`)
}

/** The studio as people meet it: `pastiche serve`, its engine and its page, in the system's Chromium. */
export default defineConfig({
  testDir: 'tests/e2e',
  // Without a browser there is nothing to run; `--pass-with-no-tests` and the words above say so.
  testMatch: chromium === null ? [] : '**/*.spec.ts',
  outputDir: 'test-results/runs',
  workers: 1,
  projects: [
    { name: 'studio', testIgnore: '**/speed.spec.ts' },
    // What it measures is the machine's, with nothing else at work.
    { name: 'speed', testMatch: chromium === null ? [] : '**/speed.spec.ts', dependencies: ['studio'] },
  ],
  retries: isCi ? 1 : 0,
  forbidOnly: isCi,
  timeout: 180_000,
  expect: { timeout: 30_000 },
  globalSetup: './tests/e2e/support/build.ts',
  reporter: 'list',
  use: {
    viewport: { width: 1280, height: 800 },
    actionTimeout: 60_000,
    permissions: ['clipboard-read', 'clipboard-write'],
    trace: 'retain-on-failure',
    launchOptions: {
      ...(chromium !== null && { executablePath: chromium }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
