import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { samplePicture } from '../../../shared/contract/studio.ts'
import { Tickets } from '../tickets.ts'
import { readSamples, toSamplePicture } from './samples.ts'

const temporary = temporaryFolder()
const resources = fileURLToPath(new URL('../../../../resources', import.meta.url))

describe('the samples', () => {
  it('that ship are photos and paintings, as the contract shows them', async () => {
    const samples = await readSamples(resources)
    const tickets = new Tickets()
    const shown = samples.map((sample) => samplePicture.strict().parse(toSamplePicture(sample, tickets)))
    expect(new Set(shown.map(({ kind }) => kind))).toEqual(new Set(['photo', 'painting']))
    expect(new Set(shown.map(({ ticket }) => ticket)).size).toBe(samples.length)
    expect(shown.every(({ bytes, title }) => bytes > 1000 && title !== '')).toBe(true)
  })

  it.each([
    ['no list', null],
    ['a broken list', '{"photos":['],
    ['a file outside the folder', sampleList('../a.jpg')],
    ['a file that is missing', sampleList('gone.jpg')],
  ])('are none where there is %s', async (_what, list) => {
    const folder = join(temporary.path, String(Math.random()), 'samples')
    mkdirSync(folder, { recursive: true })
    if (list !== null) writeFileSync(join(folder, 'samples.json'), list)
    expect(await readSamples(join(folder, '..'))).toEqual([])
  })
})

function sampleList(file: string): string {
  const entry = { file, title: 'A', description: 'A', widthPx: 1, heightPx: 1 }
  return JSON.stringify({ photos: [entry], paintings: [] })
}
