import { expect, it } from 'vitest'
import { atWork, fakeJob, fakeProgress } from '../../state/fake-connection.ts'
import { pageTitle } from './page-title.ts'

it('is the name of the app while nothing is painted', () => expect(pageTitle(null, null)).toBe('Pastiche'))

it('tells how far the painting is', () => {
  expect(pageTitle(fakeJob(atWork), null)).toBe('Painting – Pastiche')
  expect(pageTitle(fakeJob(atWork), fakeProgress(37))).toBe('37 % – Pastiche')
})

it('tells that it is paused', () =>
  expect(pageTitle(fakeJob({ state: 'paused', progress: null, device: null }), fakeProgress(37))).toBe(
    'Paused – Pastiche',
  ))
