import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pictureEdit } from '../../src/shared/contract/job.ts'
import { parameters } from '../../src/shared/contract/parameters.ts'
import { saveOptions } from '../../src/shared/contract/recipe.ts'
import type { DesktopApp, Runner } from './support/desktop-app.ts'
import { findChromium } from './support/find-chromium.ts'
import { standInRunner } from './support/stand-in-runner.ts'
import { endOf } from './support/studio-jobs.ts'
import { openStudioLine } from './support/studio-line.ts'
import { unpackArchive } from './support/unpack-archive.ts'

// Made by `npm run pack:check`, which runs this.
const packed = process.env['PASTICHE_PACKED_APP'] ?? ''
const chromium = findChromium()
const isReady = packed !== '' && chromium !== null
if (packed !== '' && chromium === null)
  process.stderr.write('SKIPPED: the packed app was not started: there is no Chromium here.\n')

describe.skipIf(!isReady)('the packed app, started from inside its package', () => {
  // Far from the clone, so that nothing of it can be found from there.
  const folder = mkdtempSync(join(tmpdir(), 'pastiche-packed-'))
  const home = join(folder, 'home')
  const place = join(folder, 'Pastiche')
  let appRoot: string
  let runner: Runner | undefined
  let app: DesktopApp | undefined

  beforeAll(async () => {
    appRoot = unpackArchive(packed, place)
    runner = await standInRunner(chromium!, { appRoot, execPath: join(place, 'pastiche'), isPackaged: true })
    app = await runner.start({ home })
  })
  afterAll(async () => {
    await app?.close()
    await runner?.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  })

  it('shows the studio', async () => {
    await app!.page.getByRole('button', { name: /start painting/i }).waitFor()
  })

  it('paints one of its samples in the style of another, and saves it', async () => {
    const studio = await openStudioLine(app!.page)
    const { samples, presets, models } = await studio.call('open', {})
    expect(presets.length).toBeGreaterThan(5)
    expect(models.map(({ network }) => network)).toContain('vgg19')
    const [content, style] = (['photo', 'painting'] as const).map(
      (wanted) => samples.find(({ kind }) => kind === wanted)!.ticket,
    )
    const { id } = await studio.call('start', {
      content: content!,
      styles: [{ picture: style!, weight: 1, edit: pictureEdit.parse({}) }],
      initPicture: null,
      preset: null,
      device: 'cpu',
      parameters: parameters.parse({ sizePx: 64, steps: 4 }),
    })
    const { status } = await endOf(studio, id)
    expect(status.state).toBe('done')
    const resultId = 'resultId' in status ? status.resultId! : ''
    const target = join(home, 'painted.png')
    await app!.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
    }, target)
    await studio.call('save', { resultId, options: saveOptions.parse({ format: 'png' }) })
    expect(readFileSync(target).subarray(1, 4).toString()).toBe('PNG')
  })

  it('opens the licences of all that is inside', async () => {
    const [path] = await app!.evaluate(({ Menu, shell }) => {
      const item = Menu.getApplicationMenu()!.getMenuItemById('licences')!
      ;(item.click as () => void)()
      return (shell as unknown as { opened: string[] }).opened
    })
    expect(path).toBe(join(`${appRoot}.unpacked`, 'out', 'licences.txt'))
    expect(readFileSync(path!, 'utf8')).toContain('onnxruntime-node')
  })
})
