import { linkSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { assertFree } from './assert-free.ts'

const temporary = temporaryFolder()
const at = (...parts: string[]): string => join(temporary.path, ...parts)
mkdirSync(at('library', 'results'), { recursive: true })
mkdirSync(at('user'))
symlinkSync(at('library'), at('user', 'way in'))
const source = temporary.file(join('user', 'photo.jpg'), 'photo')
symlinkSync(source, at('user', 'other name.jpg'))
linkSync(source, at('user', 'second name.jpg'))

const check = (target: string): Promise<void> => assertFree(target, [source], [at('library')])

describe('a place to save to', () => {
  it.each([
    [at('user', 'new.png')],
    [at('library beside.png')],
    [at('..library.png')],
    [at('none', 'a.png')],
  ])('is free: %s', async (target) => {
    await expect(check(target)).resolves.toBeUndefined()
  })

  it.each([
    [source],
    [at('user', '..', 'user', 'photo.jpg')],
    [at('user', 'other name.jpg')],
    [at('user', 'second name.jpg')],
  ])('is no picture that the result was painted from: %s', async (target) => {
    await expect(check(target)).rejects.toMatchObject({ code: 'output-is-input' })
  })

  it.each([
    [at('library', 'a.png')],
    [at('library', 'results', 'x', 'result.png')],
    [at('user', 'way in', 'a.png')],
    [at('library')],
  ])('is not in the library: %s', async (target) => {
    await expect(check(target)).rejects.toMatchObject({ code: 'output-not-writable' })
  })
})
