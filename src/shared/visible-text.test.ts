import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visibleJson, visibleText } from './visible-text.ts'

/** Everything that a terminal might obey. */
const obeyed = /[\p{Cc}\u200b\u200e\u200f\u061c\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/u

describe('visible text', () => {
  it.each([
    ['clipboard \x1b]52;c;aGk=\x07', 'clipboard \\x1b]52;c;aGk=\\x07'],
    ['\x9b31mred, by one byte', '\\x9b31mred, by one byte'],
    ['photo\u202egpj.exe', 'photo\\u202egpj.exe'],
    ['\u2066isolate\u2069 \u200emark\u200f \u061c', '\\u2066isolate\\u2069 \\u200emark\\u200f \\u061c'],
    ['two\nlines\r\tand\x7f', 'two\\nlines\\r\\tand\\x7f'],
    ['separators \u2028 \u2029', 'separators \\u2028 \\u2029'],
    ['zero\u200bwidth \u2060\ufeff\u00ad', 'zero\\u200bwidth \\u2060\\ufeff\\xad'],
    ['half a pair \ud83d.', 'half a pair \\ud83d.'],
    ['a hidden tag \u{e0041}', 'a hidden tag \\u{e0041}'],
    ['a joiner between la\u200dtin letters', 'a joiner between la\\u200dtin letters'],
  ])('shows %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown)
  })

  it.each(['Öl 水.jpg', 'C:\\Bilder\\a.jpg', '👨‍👩‍👧 family.png', 'می‌خواهم.jpg', 'café', '🎨', '\u0600١'])(
    'leaves %j as it is',
    (name) => {
      expect(visibleText(name)).toBe(name)
    },
  )

  it('holds nothing that is obeyed, whatever came, and does not change again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = visibleText(text)
        expect(shown).not.toMatch(obeyed)
        expect(visibleText(shown)).toBe(shown)
      }),
    )
  })
})

describe('visible JSON', () => {
  it('escapes what a terminal obeys, and reads back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = visibleJson({ text })
        expect(json).not.toMatch(obeyed)
        expect(JSON.parse(json)).toEqual({ text })
      }),
    )
    expect(visibleJson('\u202e\x9b\u{e0041}')).toBe('"\\u202e\\u009b\\udb40\\udc41"')
  })
})
