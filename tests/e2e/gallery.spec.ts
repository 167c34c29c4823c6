import type { Locator } from '@playwright/test'
import type { StudioPage } from './support/studio-page.ts'
import { expect, serveStudio, test } from './support/test.ts'

const studio = serveStudio()

function tiles({ page }: StudioPage): Locator {
  return page.getByRole('listbox', { name: 'Paintings' }).getByRole('option')
}

function chosen({ page }: StudioPage): Locator {
  return page.getByRole('status').filter({ hasText: /^\d+ selected$/ })
}

/** The gallery, with three results in it. */
async function openGallery(ui: StudioPage): Promise<void> {
  await ui.open(studio())
  await ui.page.keyboard.press('Control+2')
  await expect(ui.page.getByRole('main').getByRole('heading', { name: 'Gallery', level: 1 })).toBeAttached()
  await expect(ui.page.getByRole('main')).not.toContainText('Loading')
  for (let count = await tiles(ui).count(); count < 3; count++) {
    await ui.page.keyboard.press('Control+1')
    await ui.paintSmall(`photo-${count + 1}.jpg`)
    await ui.page.keyboard.press('Control+2')
    await expect(tiles(ui)).toHaveCount(count + 1)
  }
  await expect(tiles(ui)).toHaveCount(3)
}

test('an empty gallery says what will be in it, and leads to the studio', async ({ ui }) => {
  await ui.open(studio())
  await ui.button('Gallery').click()
  await expect(ui.page.getByRole('heading', { name: 'Your paintings will appear here' })).toBeVisible()
  await ui.shot('gallery-empty')
  await ui.button('Start painting').click()
  await expect(ui.runBar).toBeVisible()
})

test('results are selected by keyboard: one, a range, all, none, and opened in full view', async ({ ui }) => {
  const { page } = ui
  await openGallery(ui)
  await tiles(ui).first().focus()
  await page.keyboard.press('Home')
  await expect(tiles(ui).nth(0)).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(tiles(ui).nth(1)).toBeFocused()
  await expect(tiles(ui).nth(1)).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Shift+ArrowRight')
  await expect(chosen(ui)).toContainText('2 selected')
  await page.keyboard.press('Control+a')
  await expect(chosen(ui)).toContainText('3 selected')
  await ui.shot('gallery-chosen')
  await page.keyboard.press('Space')
  await expect(chosen(ui)).toContainText('2 selected')
  await page.keyboard.press('Escape')
  await expect(chosen(ui)).toBeHidden()
  await tiles(ui).first().focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Full view' })).toBeVisible()
  await expect(ui.result).toBeVisible()
  await page.keyboard.press('PageDown')
  await expect(ui.stage).toHaveAccessibleName(/photo-2/)
  await ui.shot('gallery-large')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('region', { name: 'Full view' })).toBeHidden()
})

test('a result is renamed by F2, and called off by Escape', async ({ ui }) => {
  const { page } = ui
  await openGallery(ui)
  await tiles(ui).first().click()
  await page.keyboard.press('F2')
  const name = page.getByRole('textbox', { name: 'Name' })
  await expect(name).toBeFocused()
  await name.fill('Never mind')
  await name.press('Escape')
  await expect(tiles(ui).first()).toHaveAccessibleName(/^photo-3/)
  await tiles(ui).first().focus()
  await page.keyboard.press('F2')
  await name.fill('Waves & <b>lights</b>')
  await name.press('Enter')
  await expect(tiles(ui).first()).toHaveAccessibleName(/^Waves & <b>lights<\/b>/)
  await page.reload()
  await ui.ready()
  await page.keyboard.press('Control+2')
  await expect(tiles(ui).first()).toHaveAccessibleName(/^Waves & <b>lights<\/b>/)
  await tiles(ui).first().click()
  await ui.button('Rename').click()
  await name.fill('photo-3 × style')
  await name.press('Enter')
  await expect(tiles(ui).first()).toHaveAccessibleName(/^photo-3 × style/)
})

test('what is deleted comes back by Undo', async ({ ui }) => {
  const { page } = ui
  await openGallery(ui)
  await tiles(ui).nth(1).click()
  await page.keyboard.press('Delete')
  await expect(tiles(ui)).toHaveCount(2)
  await expect(ui.messages).toContainText('Deleted')
  await ui.messages.getByRole('button', { name: 'Undo' }).click()
  await expect(tiles(ui)).toHaveCount(3)
  await expect(tiles(ui).nth(1)).toHaveAccessibleName(/^photo-2/)
  await tiles(ui).nth(0).click()
  await tiles(ui)
    .nth(1)
    .click({ modifiers: ['Control'] })
  await ui.button('Delete 2 paintings').click()
  await expect(tiles(ui)).toHaveCount(1)
  await ui.messages.getByRole('button', { name: 'Undo' }).click()
  await expect(tiles(ui)).toHaveCount(3)
})

test('two results are compared side by side, zoomed together', async ({ ui }) => {
  const { page } = ui
  await openGallery(ui)
  await tiles(ui).nth(0).click()
  await tiles(ui)
    .nth(2)
    .click({ modifiers: ['Control'] })
  await ui.button('Compare side by side').click()
  const sides = page.getByRole('region', { name: 'Side by side' })
  await expect(sides.getByRole('img', { name: 'Painting' })).toHaveCount(2)
  const width = (side: number): Promise<string> =>
    sides
      .locator('.picture')
      .nth(side)
      .evaluate((picture: HTMLElement) => picture.style.width)
  await expect.poll(() => width(0)).not.toBe('0px')
  const before = await width(1)
  await ui.button('Zoom in').click()
  await expect.poll(() => width(1)).not.toBe(before)
  expect(await width(0)).toBe(await width(1))
  await ui.shot('gallery-compare')
  await page.keyboard.press('Escape')
  await expect(sides).toBeHidden()
  await expect(tiles(ui)).toHaveCount(3)
})

test('a recipe is read, copied, and its settings are used again', async ({ ui }) => {
  const { page } = ui
  await openGallery(ui)
  await page.keyboard.press('Control+1')
  await ui.setSmall({ sizePx: 72, steps: 5 })
  await ui.paint()
  await ui.button(/^Reset all/).click()
  await page.keyboard.press('Control+2')
  await tiles(ui).first().click()
  await ui.button('Recipe').click()
  await expect(ui.dialog.getByRole('row', { name: /^Size/ })).toContainText('72 px')
  await ui.button('Copy as JSON').click()
  await expect(ui.messages).toContainText('Recipe copied as JSON.')
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as object
  expect(copied).toMatchObject({
    parameters: { sizePx: 72, steps: 5 },
    doneSteps: 5,
    weights: { network: 'compact' },
  })
  await ui.dialog.getByRole('button', { name: 'Reuse settings' }).click()
  await expect(page.getByRole('spinbutton', { name: 'Size as a number' })).toHaveValue('72')
  await expect(page.getByRole('spinbutton', { name: 'Steps as a number' })).toHaveValue('5')
  await page.keyboard.press('Control+2')
  await tiles(ui).first().click()
  await page.keyboard.press('Delete')
  await expect(tiles(ui)).toHaveCount(3)
})

test('all of it is there after a restart', async ({ ui }) => {
  await openGallery(ui)
  const names = await tiles(ui).evaluateAll((nodes) => nodes.map((node) => node.getAttribute('aria-label')))
  await studio().restart()
  await ui.open(studio())
  await ui.page.keyboard.press('Control+2')
  await expect(tiles(ui)).toHaveCount(3)
  expect(
    await tiles(ui).evaluateAll((nodes) => nodes.map((node) => node.getAttribute('aria-label'))),
  ).toEqual(names)
  await expect(tiles(ui).first().locator('img')).toHaveJSProperty('complete', true)
  await tiles(ui).first().click()
  await ui.shot('gallery')
})

test('the studio shows its own job again, with its result, after another was opened in the gallery', async ({
  ui,
}) => {
  const { page } = ui
  await ui.open(studio())
  await ui.paintSmall('own.jpg')
  const canvas = page.getByRole('region', { name: 'Canvas' })
  await expect(canvas).toContainText('Result')
  await page.keyboard.press('Control+2')
  await tiles(ui).nth(1).click()
  await page.keyboard.press('Control+1')
  await expect(canvas).toContainText('Result')
  await expect(canvas).toContainText('own × style')
  await ui.button('Save…').click()
  await expect(ui.dialog).toContainText('own × style')
})
