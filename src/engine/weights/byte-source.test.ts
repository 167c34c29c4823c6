import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { openBytes, type ByteSource } from './byte-source.ts'

const folder = temporaryFolder()

async function withFile<T>(use: (file: ByteSource, path: string) => Promise<T>): Promise<T> {
  const path = folder.file('bytes', 'abcdef')
  const file = await openBytes(path)
  try {
    return await use(file, path)
  } finally {
    await file.close()
  }
}

describe('a file read in pieces', () => {
  it('gives the bytes of a range', async () => {
    expect(await withFile(async (file) => Buffer.from(await file.read(2, 3)).toString())).toBe('cde')
    expect(await withFile((file) => file.read(6, 0))).toHaveLength(0)
  })

  it('refuses ranges beyond its end without allocating them', async () => {
    const message =
      'The file ends too early: it has 6 bytes, and 1000000000000 more are needed from byte 2 on.'
    await expect(withFile((file) => file.read(2, 1e12))).rejects.toThrow(message)
    await expect(withFile((file) => file.read(5, 2))).rejects.toMatchObject({ code: 'weights-damaged' })
    await expect(withFile((file) => file.read(-1, 2))).rejects.toMatchObject({ code: 'weights-damaged' })
    await expect(withFile((file) => file.read(NaN, 2))).rejects.toMatchObject({ code: 'weights-damaged' })
  })

  it('notices that it has changed', async () => {
    const seen = await withFile(async (file, path) => {
      const before = await file.isUnchanged()
      appendFileSync(path, 'g')
      return [before, await file.isUnchanged()]
    })
    expect(seen).toEqual([true, false])
  })

  it('must be a plain file', async () => {
    mkdirSync(folder.file('folder'))
    await expect(openBytes(folder.file('folder'))).rejects.toThrow('is not a file')
    await expect(openBytes(folder.file('nothing'))).rejects.toMatchObject({ code: 'file-not-found' })
  })

  it.skipIf(process.platform === 'win32')('does not wait for the other end of a named pipe', async () => {
    execFileSync('mkfifo', [folder.file('pipe')])
    await expect(openBytes(folder.file('pipe'))).rejects.toMatchObject({ code: 'file-not-found' })
  })
})
