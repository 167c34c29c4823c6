import { expect, it } from 'vitest'
import { SharedZoom } from './shared-zoom.svelte.ts'

it('a zoom of one picture shows the same part of another, whatever its size', () => {
  const shared = new SharedZoom()
  const small = shared.for(() => ({ widthPx: 256 }))
  const large = shared.for(() => ({ widthPx: 1024 }))
  small.zoomTo({ scale: 4, x: 10, y: -5 })
  expect(small.zoom).toEqual({ scale: 4, x: 10, y: -5 })
  expect(large.zoom).toEqual({ scale: 1, x: 10, y: -5 })
})

it('all fit the window together', () => {
  const shared = new SharedZoom()
  const one = shared.for(() => ({ widthPx: 256 }))
  one.zoomTo({ scale: 4, x: 0, y: 0 })
  shared.zoomTo('fit')
  expect(one.zoom).toBe('fit')
})
