import { readFileSync } from 'node:fs'
import { PasticheError } from '../../src/shared/errors.ts'
import type { Reader } from './readers.ts'

// Readers with faults that the fuzzer has to find, as soon as a file has another length, and two without.

const seed = Buffer.from('a file that was not changed')

const planted = (name: string, fault: () => unknown): Reader => ({
  name,
  seeds: () => [seed],
  tokens: ['token'],
  read: (path) => (readFileSync(path).length === seed.length ? null : fault()),
})

export const readers: readonly Reader[] = [
  planted('reading', () => null),
  planted('refusing', () => {
    throw new PasticheError('file-not-readable', 'No.')
  }),
  planted('throwing', () => {
    throw new TypeError('planted')
  }),
  planted('disguising', () => {
    throw PasticheError.from(new TypeError('planted'))
  }),
  planted('crashing', () => process.abort()),
  planted('rejecting', () => void Promise.reject(new TypeError('planted'))),
  planted('hoarding', () => Buffer.alloc(800 * 2 ** 20, 1)),
  planted('hanging', () => {
    for (;;);
  }),
]
