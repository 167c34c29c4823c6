import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import { pictureEdit } from '../../src/shared/contract/job.ts'
import { parameters } from '../../src/shared/contract/parameters.ts'
import { samplePainting, samplePhoto } from './support/pictures.ts'
import { runApp } from './support/run-app.ts'
import { onEveryElectron, onStandIn } from './support/runners.ts'
import { atStep } from './support/studio-jobs.ts'
import { openStudioLine } from './support/studio-line.ts'

onEveryElectron('the life of the desktop app', (runner) => {
  const running = runApp(runner)
  // Under names of their own: the samples are known by titles.
  const photo = join(running.home, 'my-photo.jpg')
  const painting = join(running.home, 'my-painting.jpg')
  copyFileSync(samplePhoto, photo)
  copyFileSync(samplePainting, painting)

  it('is one for all starts: a second start hands over its files, comes to the front and leaves', async () => {
    const { app, home } = running
    await app.page.getByRole('button', { name: /start painting/i }).waitFor()
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.minimize())
    const second = await runner().startSecond({ home, args: [photo] })
    expect(second.code).toBe(0)
    await app.page.getByText('my-photo.jpg').first().waitFor()
    const seen = await app.evaluate(({ BrowserWindow }) => {
      const windows = BrowserWindow.getAllWindows()
      return { windows: windows.length, isMinimized: windows[0]!.isMinimized() }
    })
    expect(seen).toEqual({ windows: 1, isMinimized: false })
  })

  it('offers what the studio can do in its menu, and the page does it', async () => {
    const { app } = running
    const click = (id: string): Promise<void> =>
      app.evaluate(({ Menu }, item) => {
        ;(Menu.getApplicationMenu()!.getMenuItemById(item) as unknown as { click(): void }).click()
      }, id)
    await click('settings')
    await app.page.getByRole('dialog').waitFor()
    await app.page.keyboard.press('Escape')
    await app.page.getByRole('dialog').waitFor({ state: 'detached' })
    await app.evaluate(
      ({ dialog }, filePaths) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths })
      },
      [painting],
    )
    await click('open-style')
    await app.page.getByText('my-painting.jpg').first().waitFor()
  })

  it('lists pictures that were used lately', async () => {
    const { app } = running
    const recent = (): Promise<string[]> =>
      app.evaluate(({ Menu }) => {
        const { submenu } = Menu.getApplicationMenu()!.getMenuItemById('recent')!
        return (submenu?.items ?? []).map(({ label }) => label)
      })
    await expect.poll(recent, { timeout: 15_000 }).toContain('my-photo.jpg')
  })

  it('draws what the system draws as the setting says', async () => {
    const studio = await openStudioLine(running.app.page)
    await studio.call('changeSettings', { theme: 'dark' })
    await expect.poll(() => running.app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark')
    await studio.call('changeSettings', { theme: 'system' })
  })

  it('remembers where its window was', async () => {
    const place = { x: 120, y: 90, width: 1000, height: 700 }
    await running.app.evaluate(
      ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]!.setBounds(bounds),
      place,
    )
    const app = await running.restart()
    const bounds = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.getNormalBounds(),
    )
    expect(bounds).toEqual(place)
  })

  it('opens the files that it is started with', async () => {
    const app = await running.restart([painting])
    await app.page.getByText('my-painting.jpg').first().waitFor()
  })

  it('asks before it leaves a job, stays when told to, and offers to go on with it when it has gone', async () => {
    const { app } = running
    const id = await startLongJob(app.page)
    const answer = (response: number): Promise<string> =>
      app.evaluate(async ({ app: main, dialog }, number) => {
        const asked: string[] = []
        dialog.showMessageBox = ((_window: unknown, { message }: { message: string }) => {
          asked.push(message)
          return Promise.resolve({ response: number, checkboxChecked: false })
        }) as typeof dialog.showMessageBox
        main.quit()
        // The question comes when the menu's quit has gone its way: at once, or later on a busy machine.
        for (let waits = 0; waits < 200 && asked.length === 0; waits++)
          await new Promise((resolve) => setTimeout(resolve, 50))
        return asked.join()
      }, response)
    expect(await answer(1)).toBe('A picture is being painted.')
    const studio = await openStudioLine(app.page)
    expect((await studio.call('job', { jobId: id })).job.status.state).toBe('running')
    await answer(0).catch(() => undefined)
    expect((await app.exited).code).toBe(0)
    expect(await jobsToGoOn((await running.restart()).page)).toEqual([id])
  })
})

onStandIn('the end of a session of Windows', (runner) => {
  const running = runApp(runner)

  it('waits until the job at work is set aside', async () => {
    const { app } = running
    const id = await startLongJob(app.page)
    const isDelayed = await app.evaluate(({ BrowserWindow }) => {
      let wasPrevented = false
      const event = { reasons: ['shutdown'], preventDefault: () => (wasPrevented = true) }
      BrowserWindow.getAllWindows()[0]!.emit('query-session-end', event)
      return wasPrevented
    }, null)
    expect(isDelayed).toBe(true)
    expect((await app.exited).code).toBe(0)
    expect(await jobsToGoOn((await running.restart()).page)).toEqual([id])
  })
})

/** Starts one and waits for its first step. @returns its id */
async function startLongJob(page: Page): Promise<string> {
  const studio = await openStudioLine(page)
  const samples = (await studio.call('open', {})).samples
  const ticketOf = (kind: string): string => samples.find((sample) => sample.kind === kind)!.ticket
  const { id } = await studio.call('start', {
    content: ticketOf('photo'),
    styles: [{ picture: ticketOf('painting'), weight: 1, edit: pictureEdit.parse({}) }],
    initPicture: null,
    preset: null,
    device: 'cpu',
    parameters: parameters.parse({ sizePx: 64, steps: 5000 }),
  })
  await atStep(studio, id, 1)
  return id
}

async function jobsToGoOn(page: Page): Promise<string[]> {
  const { jobs } = await (await openStudioLine(page)).call('open', {})
  return jobs.filter(({ canGoOn }) => canGoOn).map(({ id }) => id)
}

onStandIn('a page that dies', (runner) => {
  const running = runApp(runner)

  it('is loaded again once, with a message; when it dies again at once, the user decides', async () => {
    const { app } = running
    await app.page.getByRole('button', { name: /start painting/i }).waitFor()
    const die = (response: number): Promise<{ asked: string[]; reloads: number }> =>
      app.evaluate(async ({ BrowserWindow, dialog }, number) => {
        const { webContents } = BrowserWindow.getAllWindows()[0]!
        const asked: string[] = []
        let reloads = 0
        webContents.reload = () => void (reloads += 1)
        dialog.showMessageBox = ((_window: unknown, { message }: { message: string }) => {
          asked.push(message)
          return Promise.resolve({ response: number, checkboxChecked: false })
        }) as typeof dialog.showMessageBox
        webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 139 })
        await new Promise((resolve) => setTimeout(resolve, 50))
        return { asked, reloads }
      }, response)
    expect(await die(0)).toEqual({ asked: ['The window had to be reloaded.'], reloads: 1 })
    expect(await die(0)).toEqual({ asked: ['The window has stopped working again.'], reloads: 1 })
    await die(1).catch(() => undefined)
    expect((await app.exited).code).toBe(0)
  })
})

onStandIn('the shell of the desktop app', (runner) => {
  const running = runApp(runner)

  it('is sandboxed, on a scheme with no more rights than it needs', async () => {
    const facts = await running.app.evaluate(({ app, BrowserWindow }, _) => {
      const { options } = BrowserWindow.getAllWindows()[0] as unknown as {
        options: { webPreferences: object }
      }
      return {
        isSandboxed: (app as unknown as { isSandboxed: boolean }).isSandboxed,
        webPreferences: { ...options.webPreferences, preload: '' },
      }
    })
    expect(facts.isSandboxed).toBe(true)
    expect(facts.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      spellcheck: false,
    })
    const schemes = await running.app.evaluate((electron) => {
      const { standIn } = electron as unknown as { standIn: { protocol: { schemes: Map<string, object> } } }
      return [...standIn.protocol.schemes]
    })
    const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true }
    expect(schemes).toEqual([['pastiche', privileges]])
  })

  it('shows its window once there is something to be seen', async () => {
    const { app } = running
    await expect
      .poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isVisible()))
      .toBe(true)
  })

  it('tells nothing when it goes in peace', async () => {
    await running.app.close()
    expect((await running.app.exited).code).toBe(0)
    expect(running.app.output()).toBe('')
  })
})
