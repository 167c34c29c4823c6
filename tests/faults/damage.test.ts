import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildEngine, openStudio, paint, type OpenStudio } from './support/open-studio.ts'

let folder: string
let template: string
let results: string[]
let count = 0

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pastiche-damage-'))
  template = join(folder, 'template')
  await buildEngine(folder)
  const open = await openStudio(template)
  await paint(open)
  await paint(open)
  const { draft } = open.opened
  const onTable = { ...draft, content: draft.content!.ticket, initPicture: null, own: { steps: 77 } }
  const styles = draft.styles.map(({ picture, ...style }) => ({ ...style, picture: picture.ticket }))
  await open.page.call('saveDraft', { ...onTable, styles })
  const preset = { name: 'My own', description: '', base: null, replace: false }
  await open.page.call('savePreset', { ...preset, parameters: { steps: 50 } })
  await open.page.call('changeSettings', { theme: 'dark' })
  await open.studio.close()
  results = readdirSync(join(template, 'library', 'results'))
  expect(results).toHaveLength(2)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Kind = 'settings' | 'preset' | 'table' | 'queue' | 'recipe' | 'picture' | 'calibrations'
const fileOf = (kind: Kind): string =>
  ({
    settings: 'settings.json',
    preset: join('presets', 'my-own.json'),
    table: join('library', 'table.json'),
    queue: join('library', 'queue.json'),
    recipe: join('library', 'results', results[0]!, 'recipe.json'),
    picture: join('library', 'results', results[0]!, 'result.png'),
    calibrations: join('cache', 'calibrations.json'),
  })[kind]

/** Opens a copy of the library in which one file was damaged. */
async function openDamaged(kind: Kind, damage: (bytes: Buffer) => Buffer): Promise<OpenStudio> {
  const home = join(folder, `copy-${count++}`)
  cpSync(template, home, { recursive: true })
  const path = join(home, fileOf(kind))
  if (existsSync(path)) writeFileSync(path, damage(readFileSync(path)))
  return openStudio(home)
}

/** Everything that was not damaged is there. */
async function expectTheRest({ page, opened }: OpenStudio, kind: Kind): Promise<void> {
  const { entries } = await page.call('gallery', { offset: 0, limit: 10 })
  expect(entries.map(({ id }) => id)).toContain(results[1])
  if (kind !== 'recipe' && kind !== 'picture') expect(entries).toHaveLength(2)
  if (kind !== 'settings') expect(opened.settings.theme).toBe('dark')
  if (kind !== 'table') expect(opened.draft).toMatchObject({ own: { steps: 77 } })
  if (kind !== 'preset') expect(opened.presets.map(({ name }) => name)).toContain('My own')
}

const told: Kind[] = ['settings', 'preset', 'table', 'queue', 'recipe']

describe('a saved file that is damaged', () => {
  it.each(told)('(%s, cut off anywhere) is set aside and told, and the rest is there', async (kind) => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 0.9, noNaN: true }), async (share) => {
        const open = await openDamaged(kind, (bytes) => bytes.subarray(0, Math.floor(share * bytes.length)))
        await expectTheRest(open, kind)
        expect(open.opened.notices.length).toBeGreaterThan(0)
        for (const { message, hint } of open.opened.notices)
          expect(`${message} ${hint ?? ''}`.trim()).toMatch(/\.$/)
        await open.studio.close()
      }),
      { numRuns: 6 },
    )
  })

  it.each([...told, 'picture', 'calibrations'] as Kind[])(
    '(%s, with any byte changed) does not keep the studio from opening, and the rest is there',
    async (kind) => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (place, change) => {
          const open = await openDamaged(kind, (bytes) => {
            bytes[place % bytes.length]! ^= change
            return bytes
          })
          await expectTheRest(open, kind)
          await open.studio.close()
        }),
        { numRuns: 8 },
      )
    },
  )

  it('that was set aside is still on the disk, whole as it was found', async () => {
    const open = await openDamaged('recipe', () => Buffer.from('half a reci'))
    const aside = join(open.studio.paths.library, 'results', '.set-aside')
    const [name] = readdirSync(aside)
    expect(readFileSync(join(aside, name!, 'recipe.json'), 'utf8')).toBe('half a reci')
    expect(existsSync(join(aside, name!, 'result.png'))).toBe(true)
    await open.studio.close()
  })
})
