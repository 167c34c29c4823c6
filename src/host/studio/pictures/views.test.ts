import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { FakeTools } from '../../../../tests/studio/support/fake-tools.ts'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { mediaRequest, type MediaRequest } from '../../../shared/contract/media.ts'
import { PasticheError } from '../../../shared/errors.ts'
import { Tickets } from '../tickets.ts'
import { Views } from './views.ts'

const temporary = temporaryFolder()
let count = 0
let folder: string
let tools: FakeTools
let tickets: Tickets
let views: Views
let path: string
let ask: (more: Partial<MediaRequest>) => ReturnType<Views['media']>

beforeEach(() => {
  folder = join(temporary.path, `views ${++count}`)
  ;[tools, tickets] = [new FakeTools(), new Tickets()]
  views = new Views(folder, tools, tickets)
  path = temporary.file(`photo ${count}.jpg`, 'photo')
  const ticket = tickets.give({ path, name: 'lake.jpg' })
  ask = (more) => views.media(mediaRequest.parse({ ticket, ...more }))
})

describe('a view of a picture', () => {
  it('is made once, for each size and edit', async () => {
    const first = await ask({ sidePx: 320 })
    expect(first).toMatchObject({ contentType: 'image/webp', downloadName: null })
    expect(existsSync(first.path)).toBe(true)
    expect(await ask({ sidePx: 320 })).toEqual(first)
    await ask({ sidePx: 1024 })
    await ask({ sidePx: 320, edit: { quarterTurns: 1, crop: null } })
    expect(tools.count('renderPicture')).toBe(3)
    expect(readdirSync(folder)).toHaveLength(3)
  })

  it('is made once for all who ask at the same time', async () => {
    await Promise.all([ask({ sidePx: 320 }), ask({ sidePx: 320 }), ask({ sidePx: 320 })])
    expect(tools.count('renderPicture')).toBe(1)
  })

  it('is made again where the file has changed', async () => {
    const first = await ask({ sidePx: 320 })
    writeFileSync(path, 'another photo')
    const second = await ask({ sidePx: 320 })
    expect(second.path).not.toBe(first.path)
    expect(tools.count('renderPicture')).toBe(2)
  })

  it('that failed is tried again, and its error names no path', async () => {
    tools.onCall = () => new PasticheError('picture-damaged', `Expected a whole picture, ${path} is damaged.`)
    await expect(ask({ sidePx: 320 })).rejects.toThrow('Expected a whole picture, "lake.jpg" is damaged.')
    tools.onCall = () => null
    await expect(ask({ sidePx: 320 })).resolves.toBeDefined()
  })

  it('of a file that is gone is refused by its name', async () => {
    const ticket = tickets.give({ path: temporary.file('gone.jpg'), name: 'holiday.jpg' })
    await expect(ask({ ticket, sidePx: 320 })).rejects.toMatchObject({
      code: 'file-not-found',
      message: 'There is no picture at "holiday.jpg".',
    })
  })

  it('of a month ago is forgotten', async () => {
    const [old, young] = [await ask({ sidePx: 320 }), await ask({ sidePx: 1024 })]
    const time = new Date(Date.now() - 31 * 24 * 3_600_000)
    utimesSync(old.path, time, time)
    await views.clean()
    expect([existsSync(old.path), existsSync(young.path)]).toEqual([false, true])
  })
})

describe('a file itself', () => {
  it('is given out where its ticket is open', async () => {
    const ticket = tickets.give({ path: temporary.file('r.PNG', 'x'), name: 'Lake.png', isOpen: true })
    expect(await ask({ ticket })).toMatchObject({ contentType: 'image/png', downloadName: null })
    expect(await ask({ ticket, download: true })).toMatchObject({ downloadName: 'Lake.png' })
  })

  it('is not, where its ticket is not open', async () => {
    await expect(ask({})).rejects.toMatchObject({ code: 'unknown-ticket' })
    await expect(ask({ download: true })).rejects.toMatchObject({ code: 'unknown-ticket' })
  })

  it('of an unknown kind is but bytes', async () => {
    const ticket = tickets.give({ path: temporary.file('a.html', '<p>'), name: 'a.html', isOpen: true })
    expect((await ask({ ticket })).contentType).toBe('application/octet-stream')
  })

  it('of another studio is refused', async () => {
    const ticket = new Tickets().give({ path, name: 'lake.jpg' })
    await expect(ask({ ticket, sidePx: 320 })).rejects.toMatchObject({ code: 'unknown-ticket' })
  })
})
