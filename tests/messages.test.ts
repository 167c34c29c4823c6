import { describe, expect, it } from 'vitest'
import { errorCatalogue } from '../src/shared/errors.ts'
import { collectMessages } from './support/collect-messages.ts'
import { bannedWords } from './support/wording.ts'

const catalogue = Object.entries(errorCatalogue).flatMap(([code, { hint, ...rest }]) => [
  { place: code, kind: 'hint', text: hint },
  ...('inStudio' in rest ? [{ place: code, kind: 'in the studio', text: rest.inStudio as string }] : []),
])
/** Code that only talks to other parts of Pastiche, whose messages end in logs. */
const internal = /^src\/(shared\/rpc|engine\/(minimise\/optimizers\/(evaluate|state)|task\/checkpoint))/
const messages = collectMessages('.').filter(({ place }) => !internal.test(place))
const all = [...catalogue, ...messages]

describe('every message that a person can read', () => {
  it('is printed for reading with PRINT_MESSAGES=1', () => {
    const lines = all.map(({ place, kind, text }) => `${text}\n    ${kind}, ${place}`)
    if (process.env['PRINT_MESSAGES'] === '1') process.stdout.write(`${lines.join('\n')}\n`)
    expect(messages.length).toBeGreaterThan(200)
  })

  it('leads with the problem instead of an assertion', () => {
    expect(all.filter(({ text }) => /\bExpected\b|\breceived\b/.test(text))).toEqual([])
  })

  it('uses the words of a native speaker', () => {
    expect(all.filter(({ text }) => bannedWords.test(text))).toEqual([])
  })

  it('is a sentence', () => {
    expect(all.filter(({ kind, text }) => kind !== 'message' && !/[.!?…]$/.test(text))).toEqual([])
  })
})
