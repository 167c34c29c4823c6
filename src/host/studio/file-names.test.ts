import { describe, expect, it } from 'vitest'
import { isWhole } from '../../../tests/studio/support/is-whole.ts'
import { PasticheError } from '../../shared/errors.ts'
import { byName, nameFiles, shortName } from './file-names.ts'

describe('a short name', () => {
  it('is the name where it is short', () => {
    expect(shortName('lake.jpg')).toBe('lake.jpg')
  })

  it('cuts no character in half', () => {
    expect(shortName('ab🌊', 3)).toBe('ab')
    expect(shortName('ab🌊', 4)).toBe('ab🌊')
    expect(isWhole(shortName('🌊'.repeat(200)))).toBe(true)
    expect(shortName('🌊'.repeat(200))).toHaveLength(254)
  })
})

describe('a sentence about files', () => {
  it('calls each by its name', () => {
    const files = [
      { path: '/up/ab12', name: 'lake.jpg' },
      { path: '/up/ab12.png', name: 'waves.png' },
    ]
    expect(nameFiles('Expected /up/ab12.png, not /up/ab12 or /up/ab12.', files)).toBe(
      'Expected "waves.png", not "lake.jpg" or "lake.jpg".',
    )
  })

  it('calls one by its name where only the last part of its path is told', () => {
    const file = { path: '/up/ab12.h5', name: 'vgg19.h5' }
    expect(nameFiles('ab12.h5: Expected weights.', [file])).toBe('"vgg19.h5": Expected weights.')
  })

  it('takes a name as it is, whatever characters it has', () => {
    expect(nameFiles('/up/a is empty.', [{ path: '/up/a', name: "$&$'$`$1.jpg" }])).toBe(
      '"$&$\'$`$1.jpg" is empty.',
    )
  })

  it('keeps code and hint of the error that said it', () => {
    const thrown = new PasticheError('picture-damaged', '/up/a ends too early.', { hint: 'Copy it again.' })
    expect(byName(thrown, { path: '/up/a', name: 'a.jpg' })).toMatchObject({
      code: 'picture-damaged',
      message: '"a.jpg" ends too early.',
      hint: 'Copy it again.',
    })
    expect(byName(thrown, { path: '/other', name: 'b.jpg' })).toBe(thrown)
  })
})
