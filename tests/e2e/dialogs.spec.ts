import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import type { StudioPage } from './support/studio-page.ts'
import { expect, serveStudio, test } from './support/test.ts'

const studio = serveStudio()

/** Opens a dialog by keyboard from what opens it, and checks that Escape leads back there. */
async function openedBy(ui: StudioPage, opener: Locator, title: string): Promise<void> {
  await opener.focus()
  await opener.press('Enter')
  await expect(ui.dialog.getByRole('heading', { name: title, exact: true, level: 2 })).toBeVisible()
  await expect(ui.dialog).toHaveAccessibleName(title)
  // Whoever uses the keyboard is inside.
  await expect(ui.dialog.locator(':focus').or(ui.dialog.and(ui.page.locator(':focus')))).toBeAttached()
}

async function leaves(ui: StudioPage, opener: Locator): Promise<void> {
  await ui.page.keyboard.press('Escape')
  await expect(ui.dialog).toBeHidden()
  await expect(opener).toBeFocused()
}

test('samples: one is taken, and recent pictures are offered as well', async ({ ui }) => {
  await ui.open(studio())
  await ui.setTable()
  const opener = ui.button('Samples and recent photos')
  await openedBy(ui, opener, 'Choose a photo')
  await expect(ui.dialog.getByRole('region', { name: 'Samples' }).getByRole('button')).toHaveCount(2)
  await expect(ui.dialog.getByRole('region', { name: 'Recent' })).toContainText('photo.jpg')
  await ui.shot('samples-dialog')
  await leaves(ui, opener)
  await opener.click()
  await ui.dialog.getByRole('button', { name: /^Harbour in the afternoon/ }).click()
  await expect(ui.dialog).toBeHidden()
  await expect(ui.stage).toHaveAccessibleName('Photo: Harbour in the afternoon')
})

test('crop and turn: by keyboard, by pointer, and back to the whole', async ({ ui }) => {
  const { page } = ui
  await ui.open(studio())
  await ui.setTable()
  const opener = ui.button('Crop and rotate style.png')
  await openedBy(ui, opener, 'Crop and rotate')
  const frame = ui.dialog.getByRole('application', { name: 'Crop frame' })
  const side = (size: string): Locator => ui.dialog.getByText(size, { exact: true })
  await expect(side('80 × 80 px')).toBeVisible()
  await frame.focus()
  for (let presses = 0; presses < 50; presses++) await frame.press('Shift+ArrowLeft')
  await expect(side('40 × 80 px')).toBeVisible()
  await expect(frame).toHaveAccessibleDescription(
    '0 % from the left, 0 % from the top, 50 % wide, 100 % high.',
  )
  for (let presses = 0; presses < 25; presses++) await frame.press('ArrowRight')
  await expect(frame).toHaveAccessibleDescription(/^25 % from the left/)
  await ui.shot('edit-style-dialog')

  const box = (await frame.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 1.5, box.y + box.height / 2, { steps: 5 })
  await page.mouse.up()
  await expect(frame).toHaveAccessibleDescription(/^50 % from the left/)

  await ui.dialog.getByRole('button', { name: 'Rotate right' }).click()
  await expect(side('80 × 40 px')).toBeVisible()
  await ui.dialog.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByText('80 × 40 px · edited')).toBeVisible()
  await opener.click()
  await ui.dialog.getByRole('button', { name: 'Reset crop' }).click()
  await ui.dialog.getByRole('button', { name: 'Rotate left' }).click()
  await ui.dialog.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByText(/· edited/)).toBeHidden()
  await opener.press('Enter')
  await leaves(ui, opener)
})

test('devices: the CPU is there, can be chosen, and is looked for again', async ({ ui }) => {
  await ui.open(studio())
  const opener = ui.button('Devices')
  await openedBy(ui, opener, 'Devices')
  const cpu = ui.dialog.getByRole('listitem').filter({ hasText: 'CPU' }).last()
  await ui.dialog.getByRole('button', { name: 'Use CPU' }).click()
  await expect(cpu).toContainText('In use')
  await ui.dialog.getByRole('button', { name: 'Rescan' }).click()
  await expect(ui.dialog.getByRole('button', { name: 'Rescan' })).toBeEnabled()
  await ui.shot('devices-dialog')
  await ui.dialog.getByRole('button', { name: 'Use Automatic' }).click()
  await leaves(ui, opener)
})

test('settings: appearance, threads and offline hold, and are there after a restart', async ({ ui }) => {
  const { page } = ui
  await ui.open(studio())
  const opener = ui.button('Settings')
  await openedBy(ui, opener, 'Settings')
  await ui.choose('Appearance', 'Dark')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await ui.setNumber('CPU threads', 300)
  await expect(ui.dialog.getByRole('alert')).toContainText('256')
  await ui.setNumber('CPU threads', 1)
  await expect(ui.dialog.getByRole('alert')).toBeHidden()
  await ui.dialog.getByRole('switch', { name: 'Stay offline' }).check()
  await ui.shot('settings-dialog')
  await leaves(ui, opener)
  await expect(page.getByText('Offline', { exact: true })).toBeVisible()

  await studio().restart()
  await ui.open(studio())
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(page.getByText('Offline', { exact: true })).toBeVisible()
  await opener.click()
  await expect(ui.dialog.getByRole('spinbutton', { name: 'CPU threads' })).toHaveValue('1')
  await expect(ui.dialog.getByRole('switch', { name: 'Stay offline' })).toBeChecked()
  await ui.choose('Appearance', 'System')
  await ui.setNumber('CPU threads', 0)
  await ui.dialog.getByRole('switch', { name: 'Stay offline' }).uncheck()
  await expect(page.getByText('Offline', { exact: true })).toBeHidden()
})

test('about: version, licence, and whose work it is made of', async ({ ui }) => {
  await ui.open(studio())
  const opener = ui.button('Pastiche')
  await openedBy(ui, opener, 'Pastiche')
  await expect(ui.dialog).toContainText(/Version \d+\.\d+\.\d+/)
  await ui.dialog.getByText('Third-party software').click()
  await expect(ui.dialog.getByText('ONNX Runtime')).toBeVisible()
  await ui.shot('about-dialog')
  await leaves(ui, opener)
})

test('shortcuts: listed, and those of a single key can be switched off', async ({ ui }) => {
  const { page } = ui
  await ui.open(studio())
  await page.keyboard.press('?')
  await expect(ui.dialog).toHaveAccessibleName('Keyboard shortcuts')
  await ui.shot('shortcuts-dialog')
  const single = ui.dialog.getByRole('switch', { name: 'Single-key shortcuts' })
  await single.uncheck()
  await page.keyboard.press('Escape')
  await expect(ui.dialog).toBeHidden()
  await page.keyboard.press('?')
  await page.keyboard.press('f')
  await expect(ui.dialog).toBeHidden()
  await expect(ui.button('Full screen')).toBeVisible()
  const opener = ui.button('Keyboard shortcuts')
  await openedBy(ui, opener, 'Keyboard shortcuts')
  await single.check()
  await leaves(ui, opener)
})

test('presets: saved, replaced after a question, renamed, exported, deleted, undone and imported', async ({
  ui,
}) => {
  const { page } = ui
  const menu = ui.button('Preset options')
  const select = (item: string | RegExp): Promise<void> => ui.openMenu('Preset options', item)
  await ui.open(studio())
  await ui.setSmall({ sizePx: 96 })

  await select('Save as…')
  await expect(ui.dialog).toHaveAccessibleName('Save preset')
  await ui.dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(ui.dialog.getByRole('alert')).toBeVisible()
  await ui.dialog.getByRole('textbox', { name: 'Name' }).fill('My way')
  await ui.dialog.getByRole('textbox', { name: 'Description' }).fill('Small and quick')
  await ui.shot('save-preset-dialog')
  await ui.dialog.getByRole('textbox', { name: 'Name' }).press('Enter')
  await expect(ui.messages).toContainText('Saved "My way".')
  await expect(ui.preset.locator('option:checked')).toHaveText('My way')
  await expect(page.getByText('Modified', { exact: true })).toBeHidden()

  await ui.setSmall({ sizePx: 80 })
  await select('Save as…')
  await ui.dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(ui.dialog.getByRole('alert')).toContainText('A preset called “My way” already exists.')
  await ui.dialog.getByRole('button', { name: 'Replace' }).click()
  await expect(ui.dialog).toBeHidden()
  await expect(page.getByText('Modified', { exact: true })).toBeHidden()
  await expect(page.getByRole('spinbutton', { name: 'Size as a number' })).toHaveValue('80')

  await select('Rename…')
  await expect(ui.dialog).toHaveAccessibleName('Rename preset')
  await ui.dialog.getByRole('textbox', { name: 'Name' }).fill('Gentle')
  await ui.dialog.getByRole('button', { name: 'Rename' }).click()
  await expect(ui.dialog.getByRole('alert')).toBeVisible()
  await ui.dialog.getByRole('textbox', { name: 'Name' }).fill('Our way')
  await ui.dialog.getByRole('button', { name: 'Rename' }).click()
  await expect(ui.preset.locator('option:checked')).toHaveText('Our way')

  const coming = page.waitForEvent('download')
  await select('Export…')
  const exported = await coming
  expect(exported.suggestedFilename()).toMatch(/^Our[ -]way.*\.(pastiche|json)$/i)
  const file = {
    name: exported.suggestedFilename(),
    mimeType: 'application/json',
    buffer: await readFile(await exported.path()),
  }
  expect(JSON.parse(file.buffer.toString())).toMatchObject({ name: 'Our way', parameters: { sizePx: 80 } })

  await select('Delete')
  await expect(ui.preset.locator('option', { hasText: 'Our way' })).toHaveCount(0)
  await ui.messages.getByRole('button', { name: 'Undo' }).click()
  await expect(ui.preset.locator('option:checked')).toHaveText('Our way')

  const importing = page.waitForEvent('filechooser')
  await select('Import a file…')
  await (await importing).setFiles(file)
  await expect(ui.dialog).toHaveAccessibleName('Replace preset?')
  await ui.shot('replace-preset-dialog')
  await ui.dialog.getByRole('button', { name: 'Replace' }).click()
  await expect(ui.messages).toContainText('Imported "Our way".')

  const again = page.waitForEvent('filechooser')
  await select('Import a file…')
  await (await again).setFiles({ ...file, buffer: Buffer.from('{ "name": ') })
  await expect(ui.messages.getByRole('alert')).toBeVisible()
  await menu.focus()
  await menu.press('Enter')
  await ui.shot('preset-menu')
  await expect(page.getByRole('menu')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(menu).toBeFocused()
  await ui.preset.selectOption({ label: 'Pastiche' })
})

test('save and recipe: opened from the studio and the gallery, closed by Escape', async ({ ui }) => {
  await ui.open(studio())
  await ui.paintSmall()
  const save = ui.button('Save…')
  await openedBy(ui, save, 'Save painting')
  await ui.choose('Format', 'JPEG')
  await expect(ui.dialog.getByRole('slider', { name: 'Quality' })).toBeVisible()
  await ui.choose('Format', 'TIFF')
  await expect(ui.dialog.getByRole('radio', { name: '16 bit' })).toBeVisible()
  await leaves(ui, save)
  await ui.page.keyboard.press('Control+2')
  await ui.page.getByRole('option').first().click()
  const recipe = ui.button('Recipe')
  await openedBy(ui, recipe, 'photo × style')
  await leaves(ui, recipe)
})

test('what a dialog has changed is written down where it says', async ({ ui }) => {
  await ui.open(studio())
  await ui.button('Settings').click()
  await expect(ui.dialog.getByRole('region', { name: 'Storage locations' })).toContainText(
    join(studio().home, 'library'),
  )
  await ui.dialog.getByRole('switch', { name: 'Notify me when a long job finishes' }).uncheck()
  const written = async (): Promise<unknown> =>
    JSON.parse(await readFile(join(studio().home, 'settings.json'), 'utf8').catch(() => '{}'))
  await expect.poll(written).toMatchObject({ notify: false })
})
