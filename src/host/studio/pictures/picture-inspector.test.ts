import { describe, expect, it } from 'vitest'
import { isWhole } from '../../../../tests/studio/support/is-whole.ts'
import { FakeTools } from '../../../../tests/studio/support/fake-tools.ts'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { picture } from '../../../shared/contract/studio.ts'
import { PasticheError } from '../../../shared/errors.ts'
import { Tickets } from '../tickets.ts'
import { PictureInspector } from './picture-inspector.ts'

const temporary = temporaryFolder()
const path = temporary.file('0a1b2c.jpg', 'photo')

function bench(): { desk: PictureInspector; tickets: Tickets; tools: FakeTools } {
  const [tools, tickets] = [new FakeTools(), new Tickets()]
  return { tools, tickets, desk: new PictureInspector(tools, tickets) }
}

describe('a look at a picture', () => {
  it('tells what it is, under the name that people know', async () => {
    const { desk, tickets } = bench()
    const ticket = tickets.give({ path, name: 'lake.jpg' })
    const shown = desk.show(await desk.inspect(ticket))
    expect(picture.strict().parse(shown)).toEqual({
      ...{ ticket, name: 'lake.jpg', widthPx: 4, heightPx: 3, bytes: 5, format: 'png' },
    })
  })

  it('is remembered', async () => {
    const { desk, tickets } = bench()
    const ticket = tickets.give({ path, name: 'lake.jpg' })
    expect(desk.find(ticket)).toBeNull()
    const seen = await desk.inspect(ticket)
    expect(desk.find(ticket)).toEqual(seen)
  })

  it('says what is wrong by the name of the file, not by its path', async () => {
    const { desk, tickets, tools } = bench()
    tools.onCall = () => new PasticheError('not-a-picture', `Expected a picture, ${path} is text.`)
    const looking = desk.inspect(tickets.give({ path, name: '$& lake.jpg' }))
    await expect(looking).rejects.toMatchObject({
      code: 'not-a-picture',
      message: 'Expected a picture, "$& lake.jpg" is text.',
    })
  })

  it('is refused for a ticket of another studio', async () => {
    const { desk } = bench()
    const other = new Tickets().give({ path, name: 'lake.jpg' })
    await expect(desk.inspect(other)).rejects.toMatchObject({ code: 'unknown-ticket' })
    expect(desk.find(other)).toBeNull()
  })

  it('keeps a name that the contract can carry, however long it is', async () => {
    const { name } = await bench().desk.look({ path, name: '🌊'.repeat(300) })
    expect(name.length).toBeLessThanOrEqual(255)
    expect(isWhole(name)).toBe(true)
  })
})
