import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext, Page } from '@playwright/test'
import sharp, { type Metadata } from 'sharp'
import { photoFile, pngFile } from './support/pictures.ts'
import { filesIn } from './support/served-studio.ts'
import { endless, StudioPage } from './support/studio-page.ts'
import { expect, serveStudio, test } from './support/test.ts'

const studio = serveStudio()

test('the first run has sample pictures and the built-in network ready, so that Start works at once', async ({
  ui,
}) => {
  await ui.open(studio())
  await expect(ui.stage).toHaveAccessibleName('Photo: Mountain lake at dusk')
  await expect(ui.page.getByRole('img', { name: 'Style picture' })).toBeVisible()
  await expect(ui.preset.locator('option:checked')).toHaveText('Pastiche')
  await expect(ui.page.getByRole('combobox', { name: 'Network' })).toHaveValue('compact')
  await expect(ui.runBar).toContainText('Ready to paint')
  await expect(ui.runBar).toContainText(/px · .* of memory/)
  await expect(ui.runBar.getByRole('button', { name: 'Start painting' })).toBeEnabled()
  await expect(ui.page.getByRole('complementary', { name: 'A better network' })).toBeVisible()
  await ui.shot('studio-first-run')
})

test('pictures come by drop, by file chooser and by paste', async ({ ui }) => {
  const { page } = ui
  await ui.open(studio())
  await ui.drop([await photoFile()], 'Photo')
  await expect(ui.stage).toHaveAccessibleName('Photo: photo.jpg')
  await ui.pick(ui.button(/^(Add|Choose) a style picture from a file$/), await pngFile('chosen.png'))
  await expect(ui.button('Remove chosen.png')).toBeVisible()
  const pasted = (await pngFile('pasted.png')).buffer.toString('base64')
  await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
    await navigator.clipboard.write([
      new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) }),
    ])
  }, pasted)
  await page.keyboard.press('Control+V')
  await expect(page.getByText(/^3 styles, blended/)).toBeVisible()
  await expect(ui.button('Remove image.png')).toBeVisible()
  await ui.shot('studio-three-styles')
})

test('a preset is picked, changed, marked as modified, and reset', async ({ ui }) => {
  const { page } = ui
  await ui.open(studio())
  await ui.preset.selectOption({ label: 'Strong style' })
  const strength = page.getByRole('slider', { name: 'Strength' })
  await expect(page.getByText('Modified', { exact: true })).toBeHidden()
  await strength.focus()
  await strength.press('ArrowRight')
  await expect(page.getByText('Modified', { exact: true })).toBeVisible()
  await expect(strength).not.toHaveAttribute('aria-valuetext', 'Preset value')
  await page.getByRole('button', { name: /^Reset Strength to/ }).click()
  await expect(page.getByText('Modified', { exact: true })).toBeHidden()
  await ui.setNumber('Size as a number', 300)
  await ui.button(/^Reset all/).click()
  await expect(strength).toHaveAttribute('aria-valuetext', 'Preset value')
  await expect(page.getByText('Modified', { exact: true })).toBeHidden()
  await ui.preset.selectOption({ label: 'Pastiche' })
})

test('what was changed in the last moment before the page was left is there when it is opened again', async ({
  ui,
}) => {
  await ui.open(studio())
  for (const steps of ['123', '124', '125']) {
    await ui.page.getByRole('spinbutton', { name: 'Steps as a number' }).fill(steps)
    await ui.page.reload()
    await ui.ready()
    await expect(ui.page.getByRole('spinbutton', { name: 'Steps as a number' })).toHaveValue(steps)
  }
  await ui.button(/^Reset all/).click()
})

test('a job is watched, moved live, paused, resumed and stopped, and what is painted is kept', async ({
  ui,
}) => {
  const { page } = ui
  await ui.open(studio())
  await ui.setTable()
  await ui.setSmall({ steps: endless })
  await ui.start()
  await expect(ui.preview).toBeVisible()
  await ui.paintsOn()
  const first = await ui.preview.getAttribute('src')
  await expect.poll(() => ui.preview.getAttribute('src'), { message: 'the next preview' }).not.toBe(first)
  await ui.shot('studio-painting')

  const strength = page.getByRole('slider', { name: 'Strength' })
  await strength.focus()
  for (let presses = 0; presses < 5; presses++) await strength.press('PageUp')
  await ui.paintsOn()

  await ui.button('Pause').click()
  await expect(ui.runBar).toContainText('Paused')
  await expect(ui.button('Resume')).toBeVisible()
  const paused = await ui.step()
  await page.waitForTimeout(1500)
  // The step in hand may still have ended.
  expect(await ui.step()).toBeLessThanOrEqual(paused + 1)
  await ui.button('Resume').click()
  await expect(ui.button('Pause')).toBeVisible()
  await ui.paintsOn()

  await ui.stop()
  await expect(ui.runBar).toContainText('Saved to the gallery')
  await expect(ui.result).toBeVisible()
  await ui.shot('studio-stopped')
  await page.keyboard.press('Control+2')
  await ui.page.getByRole('option').first().click()
  await ui.button('Recipe').click()
  await expect(ui.dialog.getByRole('heading', { name: 'Changed while painting' })).toBeVisible()
  await expect(ui.dialog).toContainText(/Step \d+ *Content weight/)
  await expect(ui.dialog).toContainText('stopped early')
  await ui.shot('recipe-dialog')
})

test('a result is compared with its photo, by pointer and by keyboard, and the photo is shown while a key is held', async ({
  ui,
}) => {
  const { page } = ui
  await ui.open(studio())
  await ui.setSmall()
  await ui.paint()
  await page.keyboard.press('c')
  const split = page.getByRole('slider', { name: 'Compare photo and painting' })
  await expect(split).toHaveAttribute('aria-valuetext', '50 % photo, 50 % painting')
  const photo = page.getByRole('img', { name: 'Original' })
  await expect(photo).toHaveCSS('clip-path', /^inset\(0px 5\d/)

  await split.focus()
  for (let presses = 0; presses < 20; presses++) await split.press('ArrowLeft')
  await expect(split).toHaveAttribute('aria-valuetext', '30 % photo, 70 % painting')

  const box = (await split.boundingBox())!
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 4 })
  await page.mouse.up()
  await expect
    .poll(() => split.evaluate((range: HTMLInputElement) => range.valueAsNumber))
    .toBeCloseTo(0.8, 1)
  await ui.shot('studio-compare')
  await ui.button('Compare with photo').first().click()
  await expect(split).toBeHidden()

  await expect(photo).toBeHidden()
  await page.keyboard.down('o')
  await expect(photo).toBeVisible()
  await page.keyboard.up('o')
  await expect(photo).toBeHidden()
  const hold = ui.button('Hold to see the original')
  await hold.hover()
  await page.mouse.down()
  await expect(photo).toBeVisible()
  await page.mouse.up()
  await expect(photo).toBeHidden()
})

test('the picture is zoomed, moved and fitted by keys, wheel and double click', async ({ ui }) => {
  const { page } = ui
  await ui.open(studio())
  const percent = async (): Promise<number> =>
    Number(/now (\d+) %/.exec((await ui.button(/^Actual size, /).getAttribute('aria-label')) ?? '')![1])
  const place = (): Promise<string> =>
    ui.stage.locator('.picture').evaluate((picture: HTMLElement) => picture.style.transform)
  const fitted = await percent()
  await ui.stage.focus()
  await ui.stage.press('+')
  await expect.poll(percent).toBeGreaterThan(fitted)
  await ui.stage.press('+')
  await ui.stage.press('+')
  const before = await place()
  await ui.stage.press('ArrowRight')
  await expect.poll(place).not.toBe(before)
  await ui.stage.press('-')
  await page.keyboard.press('1')
  await expect.poll(percent).toBe(100)
  await page.keyboard.press('0')
  await expect.poll(percent).toBe(fitted)
  await ui.stage.hover()
  await page.mouse.wheel(0, -300)
  await expect.poll(percent).toBeGreaterThan(fitted)
  const grabbed = await place()
  const box = (await ui.stage.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2 + 20, { steps: 3 })
  await page.mouse.up()
  await expect.poll(place).not.toBe(grabbed)
  await ui.stage.dblclick()
  await expect.poll(percent).toBe(fitted)
  await page.keyboard.press('f')
  await expect(ui.button('Exit full screen')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(ui.button('Full screen')).toBeVisible()
})

test('a result is saved in each format, with the depth and the metadata that were asked for, and copied', async ({
  ui,
}) => {
  const { page } = ui
  await ui.open(studio())
  await ui.paintSmall()

  async function save(format: string, change?: () => Promise<void>): Promise<Metadata> {
    await ui.button('Save…').click()
    await ui.choose('Format', format)
    await change?.()
    const coming = page.waitForEvent('download')
    await ui.dialog.getByRole('button', { name: 'Save', exact: true }).click()
    const file = await coming
    expect(file.suggestedFilename()).toMatch(/^photo.*\.(png|jpg|webp|tiff?)$/)
    await expect(ui.dialog).toBeHidden()
    return sharp(await readFile(await file.path())).metadata()
  }
  const size = { width: 64, height: 43 }
  expect(await save('PNG')).toMatchObject({ ...size, format: 'png', depth: 'uchar' })
  const deep = await save('PNG', () => ui.choose('Bit depth', '16 bit'))
  expect(deep).toMatchObject({ ...size, format: 'png', depth: 'ushort' })
  expect(await save('TIFF')).toMatchObject({ ...size, format: 'tiff', depth: 'ushort' })
  const webp = await save('WebP')
  expect(webp).toMatchObject({ ...size, format: 'webp' })
  expect(webp.exif?.toString('latin1')).toContain('Testcam')
  const bare = await save('JPEG', async () => {
    await ui.shot('save-result-dialog')
    await ui.dialog.getByRole('switch', { name: 'Keep metadata' }).uncheck()
  })
  expect(bare).toMatchObject({ ...size, format: 'jpeg' })
  expect(bare.exif?.toString('latin1') ?? '').not.toContain('Testcam')

  await ui.button('Copy picture').click()
  await expect(ui.messages).toContainText('Copied.')
  const copied = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read()
    const blob = await item!.getType('image/png')
    const bytes = new Uint8Array(await blob.arrayBuffer())
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  })
  expect(await sharp(Buffer.from(copied, 'base64')).metadata()).toMatchObject({ ...size, format: 'png' })
})

/** A job of several scales, which is therefore saved on the way, past its first ones. */
async function startSavedJob(ui: StudioPage): Promise<void> {
  await ui.setTable()
  await ui.setSmall({ steps: endless })
  await ui.start()
  await ui.paintsOn()
  await ui.button('Pause').click()
  await expect(ui.button('Resume')).toBeVisible()
  // A paused job has been saved.
  await expect.poll(() => filesIn(studio().home, 'library', 'checkpoints').length).toBe(1)
  await ui.button('Resume').click()
  await ui.paintsOn()
}

async function visit(context: BrowserContext, url: string): Promise<StudioPage> {
  const page: Page = await context.newPage()
  await page.goto(url)
  const ui = new StudioPage(page)
  await ui.ready()
  return ui
}

test('a page that is opened again in the middle of a job, and a second page beside it, find it still painting', async ({
  ui,
  context,
}) => {
  await ui.open(studio())
  await ui.setTable()
  await ui.setSmall({ steps: endless })
  await ui.start()
  await ui.paintsOn()
  await ui.page.reload()
  await ui.ready()
  await expect(ui.preview).toBeVisible()
  await ui.paintsOn()
  const second = await visit(context, studio().origin)
  await expect(second.preview).toBeVisible()
  await second.paintsOn()
  await second.button('Pause').click()
  await expect(ui.runBar).toContainText('Paused')
  await ui.button('Resume').click()
  await expect(second.button('Pause')).toBeVisible()
  await second.stop()
  await expect(ui.runBar).toContainText('Saved to the gallery')
})

for (const how of ['stop', 'kill'] as const) {
  const words = how === 'stop' ? 'asked to end' : 'killed'
  test(`after the server was ${words} in the middle of a job, gallery and draft are there, and the job resumes`, async ({
    ui,
  }) => {
    await ui.open(studio())
    await startSavedJob(ui)
    const results = await ui.page.getByRole('navigation', { name: 'Pages' }).textContent()
    await studio().restart(how)

    await ui.open(studio())
    await expect(ui.page.getByRole('navigation', { name: 'Pages' })).toHaveText(results!)
    await expect(ui.button('Remove style.png')).toBeVisible()
    await expect(ui.page.getByRole('spinbutton', { name: 'Size as a number' })).toHaveValue('64')
    await ui.shot(`studio-after-${how}`)
    await expect(ui.runBar).toContainText('Interrupted when Pastiche closed.')
    await ui.runBar.getByRole('button', { name: 'Resume', exact: true }).click()
    await expect(ui.button('Pause')).toBeVisible()
    await ui.paintsOn()
    await ui.stop()
    await expect(ui.runBar).toContainText('Saved to the gallery')
  })
}

test('when its engine is killed, the job resumes by itself and says so', async ({ ui }) => {
  test.skip(process.platform !== 'linux', 'Only Linux tells which process works.')
  await ui.open(studio())
  await startSavedJob(ui)
  process.kill(studio().busiestWorker(), 'SIGKILL')
  await expect(ui.runBar.getByRole('list', { name: 'Notices' })).toContainText(
    /The engine stopped in the middle of the job .* resumes from its saved progress/,
  )
  await ui.paintsOn()
  await ui.shot('studio-after-crash')
  await ui.stop()
  expect(filesIn(join(studio().home, 'library', 'checkpoints'))).toEqual([])
})
