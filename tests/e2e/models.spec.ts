import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import {
  MisbehavingServer,
  serve,
  status,
  trickle,
  type Behaviour,
} from '../models/support/misbehaving-server.ts'
import { appWithModel, type AppWithModel } from './support/app-with-model.ts'
import { ServedStudio } from './support/served-studio.ts'
import type { StudioPage } from './support/studio-page.ts'
import { expect, test } from './support/test.ts'

// The dialog of models, against a web server on this computer that behaves well or badly.

let app: AppWithModel
let server: MisbehavingServer
let studio: ServedStudio
let behave: Behaviour = status(404)

test.beforeAll(async () => {
  app = await appWithModel()
  server = await MisbehavingServer.start((request, response) => behave(request, response))
  studio = await ServedStudio.start({
    app: app.folder,
    env: { PASTICHE_MODELS_URL: server.origin, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' },
  })
})

test.afterAll(async () => {
  await studio.dispose()
  await server.stop()
  await app.remove()
})

async function openModels(ui: StudioPage): Promise<Locator> {
  await ui.open(studio)
  await ui.button('Models').click()
  await expect(ui.dialog).toHaveAccessibleName('Models')
  return ui.dialog.getByRole('article', { name: 'VGG16' })
}

const download = (card: Locator): Locator => card.getByRole('button', { name: /^(Download|Resume from)/ })

test('offline says why nothing can be downloaded, and leads to the setting', async ({ ui }) => {
  await openModels(ui)
  await expect(ui.dialog).toContainText('No download needed.')
  await ui.page.keyboard.press('Escape')
  await expect(ui.button('Models')).toBeFocused()
  await ui.button('Settings').click()
  await ui.dialog.getByRole('switch', { name: 'Stay offline' }).check()
  await ui.page.keyboard.press('Escape')
  await ui.button('Models').click()
  await expect(ui.dialog).toContainText('Downloads are off because “Stay offline” is on.')
  await expect(download(ui.dialog.getByRole('article', { name: 'VGG16' }))).toBeDisabled()
  await ui.shot('models-offline')
  await ui.dialog.getByRole('button', { name: 'Settings' }).click()
  await ui.dialog.getByRole('switch', { name: 'Stay offline' }).uncheck()
  expect(server.connections).toBe(0)
})

test('a server that has not got the file is told, and nothing is left half done', async ({ ui }) => {
  behave = status(404)
  const card = await openModels(ui)
  await download(card).click()
  await expect(ui.messages.getByRole('alert')).toContainText('VGG16 (test)')
  await expect(ui.messages.getByRole('alert')).toContainText(/Try again later|import a file/)
  await expect(card).toContainText('Not installed')
  await ui.shot('models-failed')
})

test('a download is watched, cancelled, taken up again where it was, verified and removed', async ({
  ui,
}) => {
  behave = trickle(app.file, 2 ** 20, 120)
  const card = await openModels(ui)
  await download(card).click()
  await expect(card.getByRole('progressbar')).toHaveAttribute('aria-valuenow', /^\d+$/)
  await expect(card.getByRole('status')).toContainText(/Downloading: \d.* MB of 59 MB/)
  await ui.shot('models-downloading')
  await card.getByRole('button', { name: 'Cancel' }).click()
  await expect(card).toContainText(/\d+ % downloaded so far\./)
  await expect(download(card)).toHaveAccessibleName(/^Resume from \d+ %/)

  behave = serve(app.file)
  await download(card).click()
  await expect(card).toContainText('verified release', { timeout: 90_000 })
  await expect(card.getByText('Ready', { exact: true })).toBeVisible()
  expect(server.ranges.at(-1)).toMatch(/^bytes=[1-9]\d*-$/)
  await card.getByRole('button', { name: 'Verify' }).click()
  await expect(ui.messages).toContainText(/VGG16/)
  await ui.shot('models-ready')

  await card.getByRole('button', { name: 'Remove…' }).click()
  await card.getByRole('button', { name: 'Cancel' }).click()
  await card.getByRole('button', { name: 'Remove…' }).click()
  await card.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(card.getByText('Not installed')).toBeVisible()
})

test('a file that is no network, or may do harm, is refused; one that nobody has published needs a yes', async ({
  ui,
}) => {
  const card = await openModels(ui)
  const importing = ui.dialog.getByRole('button', { name: 'Import a file…' })
  const letter = {
    name: 'letter.h5',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from('Dear reader'),
  }
  await ui.pick(importing, letter)
  await expect(ui.messages.getByRole('alert')).toContainText('letter.h5')
  await ui.messages.getByRole('button', { name: 'Dismiss' }).click()
  await ui.pick(importing, 'tests/fixtures/weights/hostile.pth')
  await expect(ui.messages.getByRole('alert')).toContainText(/hostile\.pth/)
  await expect(ui.messages.getByRole('alert')).toContainText("Don't open this one in Python")
  await ui.shot('models-refused')

  const altered = Buffer.from(app.file)
  altered[altered.length >> 1]! ^= 1
  const path = join(app.folder, 'altered.h5')
  await writeFile(path, altered)
  await ui.pick(importing, path)
  const question = ui.dialog.getByRole('alert').filter({ hasText: 'Unrecognised weights file' })
  await expect(question).toBeVisible({ timeout: 90_000 })
  await ui.shot('models-unverified')
  const upload = join(
    studio.home,
    'library',
    'uploads',
    `${createHash('sha256').update(altered).digest('hex')}.h5`,
  )
  expect(existsSync(upload)).toBe(true)
  await question.getByRole('button', { name: 'Import anyway' }).click()
  await expect(card.getByText('Ready, not verified')).toBeVisible({ timeout: 90_000 })
  // The network has its own copy: the file that came from the page is gone, once its answer is there.
  await expect.poll(() => existsSync(upload)).toBe(false)
})
