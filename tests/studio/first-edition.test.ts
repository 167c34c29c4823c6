import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Output } from '../../src/shared/contract/define.ts'
import type { StudioContract } from '../../src/shared/contract/studio.ts'
import { run } from '../cli/pastiche.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { TestStudio, type TestPage } from './support/real-studio.ts'

const fixture = fileURLToPath(new URL('../fixtures/first-edition/', import.meta.url))

/** A data folder of the first edition, written by that edition's own code (make.ts.txt beside the fixture). */
describe('the data folder of the first edition', () => {
  const temporary = temporaryFolder()
  let open: TestStudio
  let page: TestPage
  let opened: Output<StudioContract, 'open'>

  beforeAll(async () => {
    const home = join(temporary.path, 'home')
    for (const name of ['home', 'pictures'])
      cpSync(join(fixture, name), join(temporary.path, name), { recursive: true })
    for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.json')) {
        const path = join(home, name)
        writeFileSync(path, readFileSync(path, 'utf8').replaceAll('${FOLDER}', temporary.path))
      }
    await run(['--version'], { cwd: temporary.path })
    open = await TestStudio.open(home)
    page = open.connect()
    opened = await page.call('open', {})
  })
  afterAll(() => open.studio.close())

  it('opens with nothing set aside', () => {
    expect(opened.notices).toEqual([])
    expect(
      readdirSync(open.home, { recursive: true }).filter((name) => String(name).includes('broken')),
    ).toEqual([])
  })

  it('keeps the settings and an own preset, which paints with compact now', () => {
    expect(opened.settings).toEqual({ offline: true, theme: 'dark', threads: 1, notify: false })
    expect(opened.presets.find(({ name }) => name === 'My woodcut')).toMatchObject({
      ...{ builtIn: false, description: 'Strong, and in few steps.' },
      parameters: { network: 'compact', steps: 120, contentWeight: 0.03 },
      notices: [expect.stringMatching(/"My woodcut" was made for a network that no longer exists/)],
    })
  })

  it('keeps what was chosen for the next painting', () => {
    expect(opened.draft).toMatchObject({
      ...{ content: { name: 'photo.jpg' }, preset: 'strong-style', own: { steps: 77 } },
      styles: [
        { picture: { name: 'style.png' }, weight: 1 },
        { picture: { name: 'other style.png' }, weight: 2 },
      ],
    })
    expect(opened.draft.styles[1]!.edit).toEqual({
      ...{ quarterTurns: 1 },
      crop: { left: 0.1, top: 0.2, width: 0.5, height: 0.6 },
    })
  })

  it('keeps all results with their recipes, which can be painted again', async () => {
    const { entries } = await page.call('gallery', { offset: 0, limit: 10 })
    expect(entries).toHaveLength(4)
    expect(entries.map(({ name }) => name)).toContain('Of my own')
    for (const { id, network } of entries) {
      expect(network).toBeNull()
      expect(await page.call('recipe', { resultId: id })).toMatchObject({
        parameters: { network: 'compact' },
        retired: { network: 'builtin', parameters: { network: 'builtin', averaging: 0.8 } },
      })
      const { draft, warnings } = await page.call('reuse', { resultId: id })
      expect(warnings).toEqual([
        expect.stringContaining('an earlier built-in network, which no longer exists'),
      ])
      expect(draft.content?.name).toBe('photo.jpg')
    }
  })

  it('keeps the queue: a cut-off job of each optimizer continues, and waiting jobs are painted', async () => {
    expect(opened.jobs).toHaveLength(6)
    const cutOff = opened.jobs.filter(({ canGoOn }) => canGoOn)
    expect(cutOff.map(({ parameters }) => parameters.optimizer).sort()).toEqual([
      ...['adam', 'adamw', 'lamb', 'lbfgs'],
    ])
    for (const { id } of opened.jobs.filter(({ canGoOn }) => !canGoOn))
      expect((await page.until(id, 'done', 'failed')).status.state).toBe('done')
    for (const { id } of cutOff) {
      await page.call('goOn', { jobId: id })
      await page.untilStep(id, 2)
      await page.call('control', { jobId: id, command: { kind: 'stop' } })
      expect((await page.until(id, 'stopped', 'failed')).status.state).toBe('stopped')
    }
    expect(existsSync(join(open.home, 'library', 'queue.json'))).toBe(true)
  })
})
