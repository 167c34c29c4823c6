import { describe, expect, it } from 'vitest'
import { isWhole } from '../../../../tests/studio/support/is-whole.ts'
import { anOrder } from '../../../../tests/studio/support/orders.ts'
import { parameters } from '../../../shared/contract/parameters.ts'
import { galleryEntry } from '../../../shared/contract/recipe.ts'
import type { JobRequest } from '../../../shared/contract/studio.ts'
import { filesOf, jobOrder, nameOf, orderOf, sourcesOf, type JobOrder } from './job-order.ts'

const edit = { quarterTurns: 1, crop: null }
const file = (name: string): { path: string; name: string } => ({ path: `/x/${name}`, name })
const style = (name: string): JobOrder['styles'][number] => ({ ...file(name), weight: 1, edit })
const named = (content: string, ...styles: string[]): string =>
  nameOf(anOrder({ content: file(content), styles: styles.map(style) }))

describe('the name of a job', () => {
  it.each([
    ['lake × waves', ['lake.jpg', 'waves.png']],
    ['lake', ['lake.jpg']],
    ['lake × waves and 2 more', ['lake.jpg', 'waves.png', 'b.png', 'c.png']],
    ['🏞️ 湖 × Öl', ['🏞️ 湖.jpeg', 'Öl.tif']],
    ['picture × picture', ['', '   .png']],
    ['holiday.2024 × .hidden', ['holiday.2024.jpg', '.hidden']],
    ['two lines × a b', ['two\nlines.jpg', 'a\t b.png']],
  ])('is %s', (name, [content = '', ...styles]) => {
    expect(named(content, ...styles)).toBe(name)
  })

  it('of long names ends in an ellipsis, no letter of it cut in half', () => {
    const name = named(`${'a'.repeat(78)}🌊🌊.jpg`, 'waves.png')
    expect(name).toBe(`${'a'.repeat(78)}… × waves`)
  })

  it('is always one that the gallery can hold', () => {
    for (const letter of ['a', '🌊', '👨‍👩‍👧', 'ﷺ']) {
      const long = `${letter.repeat(255)}.jpg`
      const name = named(long, ...Array.from({ length: 16 }, () => long))
      expect(galleryEntry.shape.name.safeParse(name).success, name).toBe(true)
      expect(isWhole(name)).toBe(true)
    }
  })
})

const ticket = 'AAAAAAAAAAAAAAAAAAAAAA'
const request: JobRequest = {
  content: ticket,
  styles: [
    { picture: ticket, weight: 2, edit },
    { picture: ticket, weight: 0.5, edit: { quarterTurns: 0, crop: null } },
  ],
  initPicture: null,
  preset: 'pastiche',
  device: 'auto',
  parameters: parameters.parse({}),
}

describe('an order', () => {
  const weights = anOrder().weights
  const order = orderOf({
    request,
    sources: {
      content: file('lake.jpg'),
      styles: [file('waves.png'), file(`${'🌊'.repeat(200)}.png`)],
      initPicture: file('start.png'),
    },
    weights,
    preset: { name: 'Pastiche', modified: false },
  })

  it('has each style picture with its weight and edit', () => {
    expect(order.styles.map(({ path, weight }) => [path, weight])).toEqual([
      ['/x/waves.png', 2],
      [`/x/${'🌊'.repeat(200)}.png`, 0.5],
    ])
    expect(order.styles[0]!.edit).toEqual(edit)
  })

  it('can be saved and read, whatever the names', () => {
    expect(jobOrder.parse(JSON.parse(JSON.stringify(order)))).toEqual(order)
    expect(isWhole(order.styles[1]!.name)).toBe(true)
  })

  it('names all its pictures', () => {
    expect(filesOf(order)).toHaveLength(4)
    expect(filesOf(anOrder())).toHaveLength(2)
    expect(sourcesOf(order).initPicture).toEqual(file('start.png'))
  })
})
