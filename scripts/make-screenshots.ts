/**
 * Pictures of every screen of the studio, in dark and light, into docs/images/studio: painted from our own samples by
 * the real engine, looked at in the system's Chromium (CHROMIUM_PATH, or where Debian puts it).
 *
 *   npm run screenshots              takes some minutes
 *   npm run screenshots -- --quick   small pictures of few steps, to see whether it works
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import sharp from 'sharp'
import { findChromium } from '../tests/e2e/support/chromium.ts'
import { root } from '../tests/e2e/support/root.ts'
import { ServedStudio } from '../tests/e2e/support/served-studio.ts'
import { endless, StudioPage } from '../tests/e2e/support/studio-page.ts'

const folder = join(root, 'docs', 'images', 'studio')
const maxBytes = 150_000
const jobTimeoutMs = 30 * 60_000
const isQuick = process.argv.includes('--quick')

const photos = { lake: 'Mountain lake at dusk', harbour: 'Harbour in the afternoon' } as const

interface Painting {
  readonly photo: string
  readonly style: string
}

/** Results in the gallery, the last on top. */
const paintings: readonly Painting[] = [
  { photo: photos.harbour, style: 'Sunday by the river' },
  { photo: photos.lake, style: 'Mountains in the mist' },
  { photo: photos.harbour, style: 'Morning window' },
  { photo: photos.lake, style: 'Breakers at sunset' },
  { photo: photos.harbour, style: 'Wind over the bay' },
]

async function save(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // Nothing under the pointer, no tooltip, no ring around what was pressed last.
    await page.mouse.move(720, 0)
    await page.evaluate(() => document.querySelector<HTMLElement>(':focus-visible')?.blur())
    await page.waitForTimeout(400)
    const png = await page.screenshot()
    const path = join(folder, `${name}-${colorScheme}.webp`)
    const webp = await toWebp(png)
    await writeFile(path, webp)
    console.log(`${path}: ${Math.round(webp.length / 1000)} kB`)
  }
}

/** As good as it can be within the limit. */
async function toWebp(png: Buffer): Promise<Buffer> {
  for (let quality = 90; ; quality -= 8) {
    const webp = await sharp(png).webp({ quality, effort: 6, smartSubsample: true }).toBuffer()
    if (webp.length <= maxBytes || quality <= 42) return webp
  }
}

async function takeSample(ui: StudioPage, opener: RegExp, title: string): Promise<void> {
  await ui.button(opener).click()
  await ui.dialog.getByRole('button', { name: title }).click()
  await ui.dialog.waitFor({ state: 'hidden' })
}

async function lay(ui: StudioPage, { photo, style }: Painting): Promise<void> {
  await takeSample(ui, /^Samples and recent (photos|pictures for the photo)$/, photo)
  await ui.removePictures('Remove photo')
  await takeSample(ui, /^Samples and recent pictures for the style$/, style)
}

async function ended(ui: StudioPage): Promise<void> {
  await ui.runBar.filter({ hasText: 'Saved to the gallery' }).waitFor({ timeout: jobTimeoutMs })
  await ui.result.waitFor()
}

async function studioScreens(ui: StudioPage): Promise<void> {
  const { page } = ui
  for (const painting of paintings) {
    await lay(ui, painting)
    if (isQuick) await ui.setSmall({ sizePx: 128, steps: 12 })
    await ui.start()
    await ended(ui)
  }
  await lay(ui, { photo: photos.lake, style: 'Wind over the bay' })
  // So small a job would be over before anybody sees it: it is stopped by hand.
  if (isQuick) await ui.setSmall({ sizePx: 128, steps: endless })
  await ui.runBar.filter({ hasText: 'of memory' }).waitFor()
  await save(page, 'studio')
  await page.getByRole('radio', { name: 'All', exact: true }).check()
  await save(page, 'parameters')
  await page.getByRole('radio', { name: 'Simple', exact: true }).check()
  await ui.button('Loss').click()
  await ui.start()
  if (isQuick) await ui.paintsOn()
  else await ui.runBar.filter({ hasText: /[4-6]\d %/ }).waitFor({ timeout: jobTimeoutMs })
  await save(page, 'painting')
  if (isQuick) await ui.stop()
  else await ended(ui)
  await ui.button('Loss').click()
  await page.keyboard.press('c')
  await page.getByRole('slider', { name: 'Compare photo and painting' }).waitFor()
  await save(page, 'result')
  await page.keyboard.press('c')
}

async function galleryScreens(ui: StudioPage): Promise<void> {
  const { page } = ui
  await page.keyboard.press('Control+2')
  const tiles = page.getByRole('option')
  await tiles.first().click()
  await page.waitForLoadState('networkidle')
  await save(page, 'gallery')
  await ui.button('Recipe').click()
  await ui.dialog.getByRole('table').waitFor()
  await save(page, 'recipe')
  await page.keyboard.press('Escape')
  await tiles.nth(1).click({ modifiers: ['Control'] })
  await ui.button('Compare side by side').click()
  await page.waitForLoadState('networkidle')
  await save(page, 'compare')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+1')
}

async function dialogScreens(ui: StudioPage): Promise<void> {
  for (const name of ['Models', 'Settings']) {
    await ui.button(name).click()
    await ui.dialog.waitFor()
    await showUsualFolders(ui)
    await save(ui.page, name.toLowerCase())
    await ui.page.keyboard.press('Escape')
  }
}

/** Storage locations on most computers, rather than in the temporary folder of this run. */
async function showUsualFolders(ui: StudioPage): Promise<void> {
  await ui.dialog.locator('dd code[title]').evaluateAll((paths) => {
    for (const path of paths) {
      const kind = /[^/\\]*$/.exec(path.textContent)![0]
      path.textContent = `~/${kind === 'presets' ? '.config' : '.local/share'}/pastiche/${kind}`
    }
  })
}

const executablePath = findChromium()
if (executablePath === null)
  throw new Error('Expected a Chromium, found none. Install it, or name it in CHROMIUM_PATH.')
await mkdir(folder, { recursive: true })
const studio = await ServedStudio.start()
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
try {
  const ui = new StudioPage(await browser.newPage({ viewport: { width: 1440, height: 900 } }))
  await ui.open(studio)
  await studioScreens(ui)
  await galleryScreens(ui)
  await dialogScreens(ui)
} finally {
  await browser.close()
  await studio.dispose()
}
