import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DesktopApp } from './support/desktop-app.ts'
import { onEveryElectron } from './support/runners.ts'

onEveryElectron('the desktop app', (runner) => {
  const home = mkdtempSync(join(tmpdir(), 'pastiche-desktop-'))
  let app: DesktopApp | undefined
  beforeAll(async () => {
    app = await runner().start({ home })
  })
  afterAll(async () => {
    await app?.close()
    rmSync(home, { recursive: true, force: true })
  })

  it('starts and shows the studio', async () => {
    const { page } = app!
    await page.getByRole('button', { name: /start painting/i }).waitFor()
    expect(await page.title()).toContain('Pastiche')
  })
})
