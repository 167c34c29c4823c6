import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { photoFile, pngFile, testPicture, type FileLike } from './support/pictures.ts'
import { endless, StudioPage } from './support/studio-page.ts'
import { expect, serveStudio, test } from './support/test.ts'

const studio = serveStudio()

const jpeg = (name: string, buffer: Buffer): FileLike => ({ name, mimeType: 'image/jpeg', buffer })

const badFiles = [
  {
    what: 'a text file that calls itself a JPEG',
    file: () =>
      Promise.resolve(jpeg('letter.jpg', Buffer.from('Dear reader, this is no picture.\n'.repeat(40)))),
    says: /letter\.jpg.*Pastiche reads JPEG, PNG, WebP, AVIF, HEIC, JPEG XL, TIFF, BMP and GIF\./s,
  },
  {
    what: 'a JPEG of which half is missing',
    file: async () => {
      const whole = await testPicture(900, 700).jpeg({ quality: 100 }).toBuffer()
      return jpeg('torn.jpg', whole.subarray(0, whole.length >> 1))
    },
    says: /torn\.jpg/,
  },
  {
    what: 'a file of no bytes',
    file: () => Promise.resolve(jpeg('nothing.jpg', Buffer.alloc(0))),
    says: /nothing\.jpg.* is empty/s,
  },
] as const

for (const { what, file, says } of badFiles) {
  test(`${what} is refused with its name and what to do, and the table stays as it was`, async ({ ui }) => {
    await ui.open(studio())
    const before = await ui.stage.getAttribute('aria-label')
    await ui.drop([await file()], 'Photo')
    await expect(ui.messages.getByRole('alert')).toContainText(says)
    await expect(ui.messages.getByRole('alert')).not.toContainText(studio().home)
    await expect(ui.stage).toHaveAttribute('aria-label', before!)
    await ui.messages.getByRole('button', { name: 'Dismiss' }).click()
    await expect(ui.messages.getByRole('alert')).toBeHidden()
  })
}

test('of several files the good ones are taken and each bad one is named', async ({ ui }) => {
  await ui.open(studio())
  await ui.drop([jpeg('letter.jpg', Buffer.from('no picture')), await pngFile('good.png')], 'Style')
  await expect(ui.button('Remove good.png')).toBeVisible()
  await expect(ui.messages.getByRole('alert')).toContainText('letter.jpg')
  await ui.shot('error-file')
})

test('a photo of one pixel is told to be too small before anything is painted', async ({ ui }) => {
  await ui.open(studio())
  await ui.drop([{ ...(await pngFile('dot.png', 1, 1)) }], 'Photo')
  const told = ui.runBar.or(ui.messages).filter({ hasText: /too small|at least|larger picture/i })
  await expect(told.first()).toBeVisible()
  await ui.shot('error-dot')
})

test('an upload that is too large is refused with the limit', async ({ ui }) => {
  await ui.open(studio())
  // Announced as what it is not: nobody should have to send a quarter of a gigabyte to test this.
  await ui.page.evaluate(() => {
    const original = window.fetch.bind(window)
    window.fetch = (input, init) =>
      init?.body instanceof File && init.body.name === 'huge.jpg'
        ? original(input, {
            ...init,
            body: new Blob(Array.from({ length: 257 }, () => new Uint8Array(2 ** 20))),
          })
        : original(input, init)
  })
  await ui.drop([{ ...(await photoFile('huge.jpg')) }], 'Photo')
  await expect(ui.messages.getByRole('alert')).toContainText(/limit 256 Mi?B/)
  await expect(ui.messages.getByRole('alert')).toContainText('Choose a smaller file.')
})

test('without a style picture the page says what is missing, and Start starts nothing', async ({ ui }) => {
  await ui.open(studio())
  await ui.removePictures()
  await expect(ui.runBar).toContainText('Add a photo to begin.')
  await ui.shot('studio-empty')
  await ui.drop([await photoFile()])
  await expect(ui.runBar).toContainText('Add a style picture.')
  const start = ui.runBar.getByRole('button', { name: 'Start painting' })
  await expect(start).toHaveAttribute('aria-disabled', 'true')
  await start.click({ force: true })
  await expect(ui.messages).toContainText('Add a style picture.')
  await expect(ui.progress).toBeHidden()
})

test('VGG19 that is not here is told before the start, with the way to get it', async ({ ui }) => {
  await ui.open(studio())
  await ui.setTable()
  await ui.page.getByRole('combobox', { name: 'Network' }).selectOption('vgg19')
  await expect(ui.runBar).toContainText(/VGG19|vgg19/)
  await expect(ui.runBar).toContainText('Download it under Models, or use the built-in network')
  await expect(ui.page.getByRole('region', { name: 'Parameters' })).toContainText("VGG19 isn't installed.")
  await ui.shot('error-no-weights')
  await ui.start()
  await expect(
    ui.messages.or(ui.runBar).filter({ hasText: 'Download it under Models' }).first(),
  ).toBeVisible()
  await expect(ui.progress).toBeHidden()
  await ui.button('Open models').click()
  await expect(ui.dialog.getByRole('heading', { name: 'Models' })).toBeVisible()
  await ui.page.keyboard.press('Escape')
  await ui.page.getByRole('combobox', { name: 'Network' }).selectOption('compact')
  await expect(ui.runBar).toContainText('of memory')
})

test('a job that diverges says why, keeps the last good picture, and can be started again', async ({
  ui,
}) => {
  await ui.open(studio())
  await ui.setTable()
  await ui.setSmall({ steps: 400 })
  await ui.page.getByRole('radio', { name: 'All', exact: true }).check()
  const open = async (group: string): Promise<void> => {
    const details = ui.page.locator('details', {
      has: ui.page.getByRole('heading', { name: group, exact: true }),
    })
    if (!(await details.evaluate((node: HTMLDetailsElement) => node.open)))
      await details.locator('summary').click()
  }
  await open('Optimizer')
  await ui.page.getByRole('combobox', { name: 'Optimizer', exact: true }).selectOption('lbfgs')
  await ui.setNumber(/^Learning rate/, 1000)
  await ui.page.getByRole('switch', { name: 'Clamp' }).uncheck()
  await ui.start()
  await ui.ends('The painting became unstable')
  await expect(ui.runBar).toContainText('Try a lower learning rate or lower weights.')
  await expect(ui.runBar).toContainText('The last good picture was saved.')
  await expect(ui.result).toBeVisible()
  await ui.shot('error-diverged')
  await expect(ui.button(/Restart/)).toBeVisible()
  await ui.page.getByRole('radio', { name: 'Simple', exact: true }).check()
  await ui.button(/^Reset all/).click()
})

test('when the server goes the page says so; back again, it asks for the new address and then continues by itself', async ({
  ui,
  context,
}) => {
  const { page } = ui
  const banner = page.getByRole('status')
  await ui.open(studio())
  await ui.setTable()
  // Changes in the last moment are lost.
  await page.waitForTimeout(1000)
  await studio().stop()
  await expect(banner.filter({ hasText: "Can't reach Pastiche." })).toBeVisible()
  await expect(page.getByText('Disconnected')).toBeVisible()
  await ui.shot('error-server-gone')
  await studio().start()
  await expect(banner.filter({ hasText: 'Pastiche was restarted.' })).toBeVisible()
  await expect(page.getByText('Signed out')).toBeVisible()
  await ui.shot('error-server-restarted')
  // The new address is opened elsewhere in the same browser; the page that was open all the time takes heart.
  await new StudioPage(await context.newPage()).open(studio())
  await expect(banner.filter({ hasText: /restarted|reach/ })).toBeHidden()
  await expect(ui.button('Remove style.png')).toBeVisible()
  await ui.setSmall({ steps: endless })
  await ui.start()
  await ui.paintsOn()
  await ui.stop()
})

test('a library that cannot be written to is told, whatever one does in it', async ({ ui }) => {
  await ui.open(studio())
  await ui.setTable()
  await ui.setSmall()
  // A file where the folder of the results should be: not even root can write a picture into that.
  const results = join(studio().home, 'library', 'results')
  await rename(results, `${results}-away`).catch(() => undefined)
  await writeFile(results, '')
  try {
    await ui.start()
    await expect(ui.runBar).toContainText(/Cannot|could not/)
    await expect(ui.runBar).toContainText(/folder|permissions/i)
    await ui.shot('error-library')
  } finally {
    await rm(results)
    await rename(`${results}-away`, results).catch(() => undefined)
  }
  await ui.button('Restart').click()
  await ui.ends('Saved to the gallery')
})
