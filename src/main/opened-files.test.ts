import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import type { StudioPage } from '../host/index.ts'
import { filesAmong, OpenedFiles } from './opened-files.ts'

const open = vi.hoisted(() => ({
  file: (_event: { preventDefault(): void }, _path: string): void => undefined,
}))

vi.mock('electron', () => ({
  app: { on: (_name: string, listener: typeof open.file) => (open.file = listener) },
}))

const folder = mkdtempSync(join(tmpdir(), 'pastiche-opened-'))
mkdirSync(join(folder, 'folder.png'))
for (const name of ['a.png', 'b.JPG', 'c.pastiche', 'd.txt', '-e.png']) writeFileSync(join(folder, name), 'x')
afterAll(() => rmSync(folder, { recursive: true }))

const createPage = (): { page: StudioPage; told: (readonly string[])[] } => {
  const told: (readonly string[])[] = []
  const page = {
    command: (): void => undefined,
    opened: (paths: readonly string[]): void => void told.push(paths),
    close: (): void => undefined,
  }
  return { page, told }
}

describe('files that the app is opened with', () => {
  it('are the pictures and presets among the arguments', () => {
    const args = ['.', 'a.png', '--flag', 'b.JPG', 'c.pastiche', 'd.txt', '-e.png', 'none.png', 'folder.png']
    const names = ['a.png', 'b.JPG', 'c.pastiche']
    expect(filesAmong(args, folder)).toEqual(names.map((name) => join(folder, name)))
    expect(filesAmong([join(folder, 'a.png')], '/elsewhere')).toEqual([join(folder, 'a.png')])
  })

  it('wait for a page, and are told once', () => {
    const files = new OpenedFiles()
    const [first, second] = [createPage(), createPage()]
    files.addArguments(['a.png'], folder)
    files.setPage(first.page)
    files.setPage(null)
    files.add(['/later.png'])
    files.setPage(second.page)
    expect(first.told).toEqual([[join(folder, 'a.png')]])
    expect(second.told).toEqual([['/later.png']])
  })

  it('come by an event on macOS', () => {
    const files = new OpenedFiles()
    const { page, told } = createPage()
    files.setPage(page)
    const preventDefault = vi.fn()
    open.file({ preventDefault }, '/from/finder.png')
    expect(preventDefault).toHaveBeenCalled()
    expect(told).toEqual([['/from/finder.png']])
  })
})
