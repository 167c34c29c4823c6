import { readdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { writeNew } from './output.ts'
import { makeTestFolder, type TestFolder } from '../../../tests/support/test-pictures.ts'

// FAT, exFAT and some drives over a network have no second names for a file.
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<object>()),
  link: () => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' })),
}))

let folder: TestFolder
beforeAll(async () => {
  folder = await makeTestFolder()
})
afterAll(() => folder.remove())

it('places each of many at once under a name of its own', async () => {
  const texts = Array.from({ length: 12 }, (_, i) => `${i}`)
  const paths = await Promise.all(texts.map((text) => writeNew(folder.path('a.png'), Buffer.from(text))))
  expect(new Set(paths).size).toBe(12)
  expect(await Promise.all(paths.map((path) => readFile(path, 'utf8')))).toEqual(texts)
  expect((await readdir(folder.path('.'))).sort()).toEqual(paths.map((path) => basename(path)).sort())
})
