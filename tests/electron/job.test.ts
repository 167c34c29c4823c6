import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { pictureEdit } from '../../src/shared/contract/job.ts'
import { parameters } from '../../src/shared/contract/parameters.ts'
import { saveOptions } from '../../src/shared/contract/recipe.ts'
import type { StudioContract, StudioJob } from '../../src/shared/contract/studio.ts'
import type { Client } from '../../src/shared/rpc/client.ts'
import { samplePainting, samplePhoto } from './support/pictures.ts'
import { runApp } from './support/run-app.ts'
import { onEveryElectron } from './support/runners.ts'
import { atStep, endOf, enginePids, whileRunning } from './support/studio-jobs.ts'
import { openStudioLine } from './support/studio-line.ts'

const pngSignature = [0x89, 0x50, 0x4e, 0x47]

onEveryElectron('a job in the desktop app', (runner) => {
  const running = runApp(runner)
  let studio: Client<StudioContract>

  beforeAll(async () => {
    studio = await openStudioLine(running.app.page)
  })

  /** Answers the next dialogs that pick files. */
  const pick = async (...paths: string[]): Promise<string[]> => {
    await running.app.evaluate(({ dialog }, filePaths) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths })
    }, paths)
    const picked = await studio.call('pick', { what: 'picture', multiple: true })
    return picked.map(({ ticket }) => ticket)
  }

  const start = async (steps: number): Promise<StudioJob> => {
    const [content, style] = await pick(samplePhoto, samplePainting)
    return studio.call('start', {
      content: content!,
      styles: [{ picture: style!, weight: 1, edit: pictureEdit.parse({}) }],
      initPicture: null,
      preset: null,
      device: 'cpu',
      parameters: parameters.parse({ sizePx: 64, steps }),
    })
  }

  it('runs from pictures of a dialog to a file of a dialog, the clipboard and the file manager', async () => {
    const job = await endOf(studio, (await start(6)).id)
    expect(job.status.state).toBe('done')
    const resultId = 'resultId' in job.status ? job.status.resultId! : ''
    const target = join(running.home, 'saved.png')
    await running.app.evaluate(({ dialog, shell, clipboard }, filePath) => {
      const world = globalThis as { revealed?: string; copied?: string[] }
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
      shell.showItemInFolder = (path) => void (world.revealed = path)
      clipboard.write = ([item]) => {
        world.copied = item!.types
        return Promise.resolve()
      }
    }, target)
    const saved = await studio.call('save', { resultId, options: saveOptions.parse({ format: 'png' }) })
    expect(saved).toEqual({ kind: 'saved', name: 'saved.png' })
    expect([...readFileSync(target).subarray(0, 4)]).toEqual(pngSignature)
    await studio.call('copy', { resultId })
    await studio.call('reveal', { resultId })
    const [copied, revealed] = await running.app.evaluate(() => {
      const world = globalThis as { revealed?: string; copied?: string[] }
      return [world.copied, world.revealed] as const
    })
    expect(copied).toEqual(['image/png'])
    expect(revealed).toMatch(/\.png$/)
  })

  it('shows its progress on the task bar, keeps the machine awake, and clears both at its end', async () => {
    await running.app.evaluate(({ BrowserWindow, powerSaveBlocker }) => {
      const world = globalThis as { bars?: number[]; blockers?: string[] }
      world.bars = []
      world.blockers = []
      const [window] = BrowserWindow.getAllWindows()
      window!.setProgressBar = (bar) => void world.bars!.push(bar)
      powerSaveBlocker.start = (type) => world.blockers!.push(type)
      powerSaveBlocker.stop = (id) => world.blockers!.splice(id - 1, 1).length > 0
    })
    await endOf(studio, (await start(20)).id)
    await expect
      .poll(() => running.app.evaluate(() => (globalThis as { blockers?: string[] }).blockers))
      .toEqual([])
    const bars = await running.app.evaluate(() => (globalThis as { bars?: number[] }).bars!)
    expect(bars.length).toBeGreaterThan(1)
    expect(bars.at(-1)).toBe(-1)
  })

  it('continues by itself when the engine is killed', async () => {
    const { id } = await start(5000)
    await atStep(studio, id, 1)
    for (const pid of await enginePids(running.app)) process.kill(pid, 'SIGKILL')
    await expect
      .poll(async () => (await studio.call('job', { jobId: id })).job, { timeout: 60_000 })
      .toMatchObject({ status: { state: 'running' }, notices: [expect.stringContaining('resumes')] })
    await atStep(studio, id, 1)
    await studio.call('control', { jobId: id, command: { kind: 'stop' } })
    expect((await endOf(studio, id)).status.state).toBe('stopped')
  })

  it('fails, and can be started again, when the engine is killed again and again', async () => {
    const { id } = await start(5000)
    const failed = await whileRunning(studio, id, async () => {
      for (const pid of await enginePids(running.app)) process.kill(pid, 'SIGKILL')
    })
    expect(failed.status).toMatchObject({ state: 'failed', error: { code: 'engine-lost' } })
    const again = await studio.call('restart', { jobId: id })
    await atStep(studio, again.id, 1)
    await studio.call('control', { jobId: again.id, command: { kind: 'stop' } })
    expect((await endOf(studio, again.id)).status.state).toBe('stopped')
  })

  it('gives a dropped file a ticket, and a file of the page itself none', async () => {
    const { page } = running.app
    await page.evaluate(() => {
      const input = document.createElement('input')
      input.type = 'file'
      input.id = 'dropped'
      document.body.append(input)
    })
    await running.app.putFile('#dropped', samplePhoto)
    const [ticket, none] = await page.evaluate(async () => {
      const { pastiche } = globalThis as unknown as {
        pastiche: { ticketFor(file: unknown): Promise<string | null> }
      }
      const input = document.querySelector<HTMLInputElement>('#dropped')!
      return Promise.all([
        pastiche.ticketFor(input.files![0]),
        pastiche.ticketFor(new File(['x'], 'mine.png')),
      ])
    })
    expect(none).toBeNull()
    expect((await studio.call('inspect', { ticket: ticket! })).format).toBe('jpeg')
  })

  it('takes a picture that exists in the page alone, and shows it', async () => {
    const bytes = [...readFileSync(samplePhoto)]
    const shown = await running.app.page.evaluate(async (numbers) => {
      const file = new File([new Uint8Array(numbers)], 'pasted.jpg')
      const response = await fetch('/upload?for=picture&name=pasted.jpg', { method: 'POST', body: file })
      const { ticket } = (await response.json()) as { ticket: string }
      const view = await fetch(`/media/${ticket}?side=320`)
      return [response.status, view.status, view.headers.get('content-type')]
    }, bytes)
    expect(shown).toEqual([200, 200, 'image/webp'])
  })
})
