import { describe, expect, it } from 'vitest'
import { judgeAnswer } from './judge-answer.ts'
import type { Verdict } from './judge-answer.ts'
import type { FileVersion, ResumePoint } from './part-file.ts'

const noVersion: FileVersion = { etag: null, lastModified: null, totalBytes: null }
const resumeAt = (offset: number, version: Partial<FileVersion> = {}): ResumePoint => ({
  offset,
  version: { ...noVersion, ...version },
})

function judge(
  status: number,
  headers: Record<string, string> = {},
  expected: { resume?: ResumePoint | null; bytes?: number | null } = {},
): Verdict {
  return judgeAnswer(
    { status, headers: new Map(Object.entries(headers)) },
    { resume: null, bytes: 100, ...expected },
  )
}

describe('the judge of answers', () => {
  it('takes a whole file from its start, whatever was asked for', () => {
    const headers = { 'content-length': '100', etag: '"a"', 'last-modified': 'then' }
    const version = { etag: '"a"', lastModified: 'then', totalBytes: 100 }
    expect(judge(200, headers)).toEqual({ end: 'take', from: 'start', version })
    expect(judge(200, headers, { resume: resumeAt(40) })).toEqual({ end: 'take', from: 'start', version })
  })

  it('takes the rest after what is here', () => {
    const resume = resumeAt(40, { etag: '"a"' })
    expect(judge(206, { 'content-range': 'bytes 40-99/100' }, { resume })).toEqual({
      end: 'take',
      from: 'offset',
      version: resume.version,
    })
  })

  it('takes a rest of unknown end', () => {
    expect(judge(206, { 'content-range': 'bytes 40-99/*' }, { resume: resumeAt(40) })).toMatchObject({
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
  ])('asks anew where the range is %j instead of the one from byte 40', (range) => {
    expect(judge(206, { 'content-range': range }, { resume: resumeAt(40) }).end).toBe('anew')
  })

  it.each([
    [{ etag: '"a"' }, { etag: '"b"' }],
    [{ lastModified: 'then' }, { 'last-modified': 'now' }],
  ])('asks anew where the rest belongs to another version: %j, %j', (version, headers) => {
    const range = { 'content-range': 'bytes 40-99/100' }
    expect(judge(206, { ...range, ...headers }, { resume: resumeAt(40, version) }).end).toBe('anew')
  })

  it('asks anew where the file has another size than before, and nobody knows the right one', () => {
    const resume = resumeAt(40, { totalBytes: 90 })
    expect(judge(206, { 'content-range': 'bytes 40-99/100' }, { resume, bytes: null }).end).toBe('anew')
  })

  it('refuses a file of another size than the manifest knows', () => {
    expect(judge(200, { 'content-length': '99' })).toMatchObject({
      end: 'refused',
      reason: 'it has a file of 99 bytes instead of 100',
    })
    const resume = resumeAt(40)
    expect(judge(206, { 'content-range': 'bytes 40-98/99' }, { resume }).end).toBe('refused')
  })

  it('refuses a part that nobody asked for', () => {
    expect(judge(206, { 'content-range': 'bytes 0-9/100' }).end).toBe('refused')
  })

  it.each([400, 401, 403, 404, 410, 204, 304, 100])('refuses an answer of %d', (status) => {
    expect(judge(status)).toEqual({ end: 'refused', reason: `it answered ${status}` })
  })

  it.each([408, 425, 429, 500, 502, 503, 504, 599])('asks again after an answer of %d', (status) => {
    expect(judge(status)).toMatchObject({ end: 'interrupted', retryAfterMs: null })
  })

  it('asks anew where the range begins behind the end', () => {
    expect(judge(416, {}, { resume: resumeAt(40) }).end).toBe('anew')
  })

  it('reads how long a busy server wants to be left alone, as seconds or as a date', () => {
    expect(judge(503, { 'retry-after': '7' })).toMatchObject({ retryAfterMs: 7000 })
    const past = { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }
    expect(judge(503, past)).toMatchObject({ retryAfterMs: 0 })
    expect(judge(503, { 'retry-after': 'soon' })).toMatchObject({ retryAfterMs: null })
  })

  it('does not believe a length that is no number', () => {
    expect(judge(200, { 'content-length': '-5' })).toMatchObject({ version: { totalBytes: null } })
  })
})
