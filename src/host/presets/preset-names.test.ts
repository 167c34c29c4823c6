import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { presetId } from '../../shared/contract/preset.ts'
import { closestName, foldName, idOfName, isUsableId } from './preset-names.ts'

const free = (): boolean => false

describe('the id of a name', () => {
  it.each([
    ['Gatys 2016', 'gatys-2016'],
    ['Öl, dick — auf Leinwand!', 'ol-dick-auf-leinwand'],
    ['../../../etc/passwd', 'etc-passwd'],
    ['ﬁne', 'fine'],
  ])('of %s is %s', (name, id) => {
    expect(idOfName(name, free)).toBe(id)
  })

  it.each(['水彩', '🎨', 'CON', 'nul', 'lpt1', '...'])('of %s has a part of its hash', (name) => {
    expect(idOfName(name, free)).toMatch(/^[a-z0-9]+-[0-9a-f]{8}$/)
  })

  it('is another one where the first is taken', () => {
    const first = idOfName('Öl', free)
    const second = idOfName('Ol', (id) => id === first)
    const third = idOfName('Ol', (id) => id === first || id === second)
    expect(new Set([first, second, third]).size).toBe(3)
  })

  it('is a good name of a file, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (name) => {
        const id = idOfName(name, free)
        expect(presetId.safeParse(id).success && isUsableId(id)).toBe(true)
      }),
    )
  })
})

describe('names', () => {
  it('are the same whatever their capitals and their form in Unicode', () => {
    expect(foldName(' CAFÉ ')).toBe(foldName('cafe\u0301'))
  })

  it.each([
    ['gatys', 'Gatys 2016'],
    ['Crowsen', 'Crowson'],
    ['CROWSON ', 'Crowson'],
    ['rembrandt', null],
    ['', null],
  ])('%j is closest to %j', (name, meant) => {
    expect(closestName(name, ['Gatys 2016', 'Crowson', 'Gentle'])).toBe(meant)
  })
})
