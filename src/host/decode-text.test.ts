import { describe, expect, it } from 'vitest'
import { decodeText } from './decode-text.ts'

const mark = '\ufeff'
const text = '{"schema":2,"id":"mine","name":"Öl 水","parameters":{"tvWeight":3}}'
const encodings = [
  ['UTF-8', Buffer.from(text)],
  ['UTF-8 with a mark', Buffer.from(mark + text)],
  ['UTF-16, low bytes first', Buffer.from(mark + text, 'utf16le')],
  ['UTF-16, high bytes first', Buffer.from(mark + text, 'utf16le').swap16()],
] as const

describe('the text of a file that was edited', () => {
  it.each(encodings)('is read in %s', (_, bytes) => {
    expect(decodeText(bytes)).toBe(text)
  })

  it('is nothing where there is nothing', () => {
    expect(decodeText(new Uint8Array())).toBe('')
  })
})
