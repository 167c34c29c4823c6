import { beforeEach, expect, it, vi } from 'vitest'
import { CanvasState } from './canvas.svelte.ts'
import { DraftState } from './draft.svelte.ts'
import { FakeConnection } from './fake-connection.ts'
import { JobsState } from './jobs.svelte.ts'
import { ResultsState } from './results.svelte.ts'

const photo = (ticket: string) => ({ ticket, name: 'a', widthPx: 10, heightPx: 10, bytes: 1, format: 'png' })

let draft: DraftState
let canvas: CanvasState
beforeEach(() => {
  const { connection } = new FakeConnection()
  draft = new DraftState(() => [], vi.fn())
  canvas = new CanvasState(draft, new JobsState(connection), new ResultsState(connection))
})

it('looks at every new picture as a whole', () => {
  draft.setContent(photo('one'))
  canvas.zoomTo({ scale: 4, x: 1, y: 2 })
  expect(canvas.zoom).toEqual({ scale: 4, x: 1, y: 2 })
  draft.setContent(photo('two'))
  expect(canvas.zoom).toBe('fit')
})

it('shows the current photo', () => {
  expect(canvas.subject).toBeNull()
  draft.setContent(photo('one'))
  expect(canvas.subject?.key).toBe('one')
})
