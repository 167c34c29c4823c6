import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { PasticheError } from '../shared/errors.ts'
import { findInputs, type Inputs, type Inspector } from './inputs.ts'

const temporary = temporaryFolder()

/** Takes for a picture what begins with "picture"; tells text from what is damaged. */
const inspector = {
  call: async (_method: string, { path }: { path: string }) => {
    const { readFileSync } = await import('node:fs')
    const text = readFileSync(path, 'utf8')
    if (text.startsWith('picture')) return {}
    if (text === 'raw')
      throw new PasticheError('not-a-picture', `"${basename(path)}" is text.`, { hint: 'Export it as JPEG.' })
    throw new PasticheError(
      text.startsWith('half') ? 'picture-damaged' : 'not-a-picture',
      `"${basename(path)}" is text.`,
    )
  },
} as unknown as Inspector

let count = 0
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = join(temporary.path, `inputs ${++count}`)
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const names = ({ files }: Inputs): string[] => files.map((file) => basename(file))

describe('the pictures of a folder', () => {
  it('are judged by their bytes, whatever their endings', async () => {
    const folder = folderOf({ 'a.jfif': 'picture', 'b.mpo': 'picture', c: 'picture', 'd.JPE': 'picture' })
    expect(names(await findInputs([folder], inspector))).toEqual(['a.jfif', 'b.mpo', 'c', 'd.JPE'])
  })

  it('leave out everything else, each with its reason', async () => {
    const folder = folderOf({ 'a.jpg': 'picture', 'notes.txt': 'words', 'raw.nef': 'raw' })
    const { leftOut } = await findInputs([folder], inspector)
    expect(leftOut).toEqual(
      ['notes.txt', 'raw.nef'].map((name) => ({
        path: join(folder, name),
        kind: 'no picture',
        reason: `"${name}" is text.${name === 'raw.nef' ? ' Export it as JPEG.' : ''}`,
      })),
    )
  })

  it('include what is damaged or only called a picture, so that the end tells of it', async () => {
    const folder = folderOf({ 'a.jpg': 'words', 'half.jfif': 'half', 'good.png': 'picture' })
    expect(names(await findInputs([folder], inspector))).toEqual(['a.jpg', 'good.png', 'half.jfif'])
  })

  it('include neither hidden files nor results and previews of earlier runs', async () => {
    const folder = folderOf({
      ...{ 'a.jpg': 'picture', '.hidden.jpg': 'picture', '._a.jpg': 'picture' },
      ...{
        'a-pastiche.png': 'picture',
        'a-pastiche-2.jpg': 'picture',
        'a-pastiche-unfinished-3.png': 'picture',
      },
      'step-000120.png': 'picture',
    })
    const inputs = await findInputs([folder], inspector)
    expect(names(inputs)).toEqual(['a.jpg'])
    expect(inputs.leftOut.map(({ kind }) => kind)).toEqual(['result', 'result', 'result', 'result'])
  })

  it.skipIf(process.platform === 'win32')(
    'are found where the name of the folder has a backslash',
    async () => {
      const folder = join(temporary.path, 'back\\slash [1]')
      mkdirSync(folder)
      writeFileSync(join(folder, 'a.jpg'), 'picture')
      expect(names(await findInputs([folder], inspector))).toEqual(['a.jpg'])
    },
  )

  it('where there are none are missed, with what is there instead', async () => {
    const folder = folderOf({ 'notes.txt': 'words' })
    await expect(findInputs([folder], inspector)).rejects.toMatchObject({
      code: 'no-pictures',
      hint: expect.stringContaining('notes.txt') as string,
    })
  })
})

describe('a picture with several names', () => {
  it.skipIf(process.platform === 'win32')('is painted once', async () => {
    const folder = folderOf({ 'a.jpg': 'picture' })
    linkSync(join(folder, 'a.jpg'), join(folder, 'hard.jpg'))
    symlinkSync('a.jpg', join(folder, 'soft.jpg'))
    const inputs = await findInputs([folder, join(folder, 'a.jpg'), `${folder}/./a.jpg`], inspector)
    expect(names(inputs)).toEqual(['a.jpg'])
    expect(inputs.leftOut).toHaveLength(4)
  })

  it.skipIf(process.platform === 'win32')('is found once through links that lead back', async () => {
    const folder = folderOf({ 'a.jpg': 'picture' })
    for (const name of ['loop', 'other']) symlinkSync('.', join(folder, name))
    expect(names(await findInputs([`${folder}/**/*.jpg`], inspector))).toEqual(['a.jpg'])
  })

  it('is a single picture, no list', async () => {
    const photo = join(folderOf({ 'a.jpg': 'picture' }), 'a.jpg')
    expect((await findInputs([photo, photo], inspector)).isBatch).toBe(false)
  })
})
