import { aPlan } from '../../../tests/support/job-values.ts'
import { describe, expect, it } from 'vitest'
import type { GalleryEntry } from '../../shared/contract/recipe.ts'
import type { Picture } from '../../shared/contract/studio.ts'
import { atWork, fakeJob, fakeProgress } from './fake-connection.ts'
import { subjectOf, type Shown } from './subject.ts'

const photo: Picture = {
  ticket: 'photo',
  name: 'a.jpg',
  widthPx: 900,
  heightPx: 600,
  bytes: 1,
  format: 'jpeg',
}
const result: GalleryEntry = {
  id: '00000000-0000-4000-9000-000000000001',
  name: 'Harbour',
  state: 'done',
  createdAt: '2026-01-01T00:00:00Z',
  widthPx: 512,
  heightPx: 341,
  bytes: 1,
  picture: 'painted',
  content: 'kept-photo',
  styles: [],
  preset: null,
  network: 'compact',
}
const nothing: Shown = { photo: null, job: null, progress: null, previewUrl: null, result: null }
const plan = aPlan([{ widthPx: 64 }, { widthPx: 512, heightPx: 341 }])

describe('what the canvas shows', () => {
  it('is nothing on an empty table', () => expect(subjectOf(nothing)).toBeNull())

  it('is the photo before anything is painted', () =>
    expect(subjectOf({ ...nothing, photo })).toMatchObject({ kind: 'photo', widthPx: 900, painting: null }))

  it('is the preview of a job at work, as large as it will be in the end', () => {
    const job = fakeJob(atWork, { plan })
    expect(
      subjectOf({ ...nothing, photo, job, progress: fakeProgress(1), previewUrl: 'blob:1' }),
    ).toMatchObject({
      kind: 'live',
      widthPx: 512,
      painting: { kind: 'url', url: 'blob:1' },
      photo: { ticket: 'photo' },
    })
  })

  it('is still the last preview while the result of an ended job is on its way', () => {
    const job = fakeJob({ state: 'done', resultId: result.id }, { plan })
    expect(subjectOf({ ...nothing, job, previewUrl: 'blob:1' })?.painting).toEqual({
      kind: 'url',
      url: 'blob:1',
    })
  })

  it('stays the same picture when its result comes, so that the zoom stays', () => {
    const job = fakeJob({ state: 'done', resultId: result.id }, { plan })
    const ended = subjectOf({ ...nothing, job, result })
    expect(ended).toMatchObject({ kind: 'result', photo: { ticket: 'kept-photo' } })
    expect(ended?.key).toBe(subjectOf({ ...nothing, job: { ...job, status: atWork } })?.key)
  })

  it('is the selected job, though another result was chosen in the gallery', () => {
    const job = fakeJob(atWork)
    expect(subjectOf({ ...nothing, job, result })?.kind).toBe('live')
  })

  it('is the selected result if no job is selected', () =>
    expect(subjectOf({ ...nothing, photo, result })).toMatchObject({ kind: 'result', key: result.id }))
})
