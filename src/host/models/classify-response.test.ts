import { describe, expect, it } from 'vitest'
import { classifyResponse } from './classify-response.ts'
import type { ResponseKind } from './classify-response.ts'
import type { FileVersion, ResumePoint } from './part-file.ts'

const noVersion: FileVersion = { etag: null, lastModified: null, totalBytes: null }
const resumeAt = (offset: number, version: Partial<FileVersion> = {}): ResumePoint => ({
  offset,
  version: { ...noVersion, ...version },
})

function classify(
  status: number,
  headers: Record<string, string> = {},
  expected: { resume?: ResumePoint | null; bytes?: number | null } = {},
): ResponseKind {
  return classifyResponse(
    { status, headers: new Map(Object.entries(headers)) },
    { resume: null, bytes: 100, ...expected },
  )
}

describe('the judge of answers', () => {
  it('takes a whole file from its start, whatever was asked for', () => {
    const headers = { 'content-length': '100', etag: '"a"', 'last-modified': 'then' }
    const version = { etag: '"a"', lastModified: 'then', totalBytes: 100 }
    expect(classify(200, headers)).toEqual({ end: 'take', from: 'start', version })
    expect(classify(200, headers, { resume: resumeAt(40) })).toEqual({ end: 'take', from: 'start', version })
  })

  it('takes the rest after what is here', () => {
    const resume = resumeAt(40, { etag: '"a"' })
    expect(classify(206, { 'content-range': 'bytes 40-99/100' }, { resume })).toEqual({
      end: 'take',
      from: 'offset',
      version: resume.version,
    })
  })

  it('takes a rest of unknown end', () => {
    expect(classify(206, { 'content-range': 'bytes 40-99/*' }, { resume: resumeAt(40) })).toMatchObject({
      end: 'take',
      from: 'offset',
    })
  })

  it.each([
    'bytes 39-99/100',
    'bytes 41-99/100',
    'bytes 40-30/100',
    'bytes 40-100/100',
    'bytes */100',
    'items 40-99/100',
    '',
    'bytes 40-99/100, bytes 0-1/100',
    `bytes 40-${'9'.repeat(400)}/100`,
  ])('starts over where the range is %j instead of the one from byte 40', (range) => {
    expect(classify(206, { 'content-range': range }, { resume: resumeAt(40) }).end).toBe('restart')
  })

  it.each([
    [{ etag: '"a"' }, { etag: '"b"' }],
    [{ lastModified: 'then' }, { 'last-modified': 'now' }],
  ])('starts over where the rest belongs to another version: %j, %j', (version, headers) => {
    const range = { 'content-range': 'bytes 40-99/100' }
    expect(classify(206, { ...range, ...headers }, { resume: resumeAt(40, version) }).end).toBe('restart')
  })

  it('starts over where the file has another size than before, and nobody knows the right one', () => {
    const resume = resumeAt(40, { totalBytes: 90 })
    expect(classify(206, { 'content-range': 'bytes 40-99/100' }, { resume, bytes: null }).end).toBe('restart')
  })

  it('refuses a file of another size than the manifest knows', () => {
    expect(classify(200, { 'content-length': '99' })).toMatchObject({
      end: 'refused',
      reason: 'it has a file of 99 bytes instead of 100',
    })
    const resume = resumeAt(40)
    expect(classify(206, { 'content-range': 'bytes 40-98/99' }, { resume }).end).toBe('refused')
  })

  it('refuses a part that nobody asked for', () => {
    expect(classify(206, { 'content-range': 'bytes 0-9/100' }).end).toBe('refused')
  })

  it.each([400, 401, 403, 404, 410, 204, 304, 100])('refuses an answer of %d', (status) => {
    expect(classify(status)).toEqual({ end: 'refused', reason: `it answered ${status}` })
  })

  it.each([408, 425, 429, 500, 502, 503, 504, 599])('asks again after an answer of %d', (status) => {
    expect(classify(status)).toMatchObject({ end: 'interrupted', retryAfterMs: null })
  })

  it('starts over where the range begins behind the end', () => {
    expect(classify(416, {}, { resume: resumeAt(40) }).end).toBe('restart')
  })

  it('reads how long a busy server wants to be left alone, as seconds or as a date', () => {
    expect(classify(503, { 'retry-after': '7' })).toMatchObject({ retryAfterMs: 7000 })
    const past = { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }
    expect(classify(503, past)).toMatchObject({ retryAfterMs: 0 })
    expect(classify(503, { 'retry-after': 'soon' })).toMatchObject({ retryAfterMs: null })
  })

  it('does not believe a length that is no number', () => {
    expect(classify(200, { 'content-length': '-5' })).toMatchObject({ version: { totalBytes: null } })
  })
})
