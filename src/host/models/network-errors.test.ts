import { describe, expect, it } from 'vitest'
import { describeNetworkError, isHopeless } from './network-errors.ts'

const coded = (code: string, message = 'raw words'): Error => Object.assign(new Error(message), { code })

describe('an error of the network', () => {
  it.each([
    ['ENOTFOUND', 'its name is not known (is this computer online?)'],
    ['ECONNREFUSED', 'it refused the connection'],
    ['UND_ERR_SOCKET', 'the connection was lost'],
  ])('%s is told in plain words', (code, words) => {
    expect(describeNetworkError(coded(code))).toBe(words)
    expect(isHopeless(coded(code))).toBe(false)
  })

  it.each([
    'SELF_SIGNED_CERT_IN_CHAIN',
    'CERT_HAS_EXPIRED',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('%s is no use to try again', (code) => {
    expect(describeNetworkError(coded(code))).toBe(`its certificate is not trusted (${code})`)
    expect(isHopeless(coded(code))).toBe(true)
  })

  it('is known by the error behind it', () => {
    expect(describeNetworkError(new Error('outer', { cause: coded('ECONNRESET') }))).toBe(
      'the connection was lost',
    )
  })

  it('that nobody foresaw keeps its own words', () => {
    expect(describeNetworkError(new Error('a new kind'))).toBe('a new kind')
    expect(describeNetworkError(coded('ENEW', ''))).toBe('ENEW')
    expect(describeNetworkError('text')).toBe('the request failed')
  })
})
