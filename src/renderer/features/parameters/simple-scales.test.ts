import { describe, expect, it } from 'vitest'
import { contentWeightOf, describeStrength, smoothnessOf, strengthOf, tvWeightOf } from './simple-scales.ts'

describe('strength', () => {
  it('is 0 at the preset, whatever its units are', () => {
    expect(strengthOf(0.08, 0.08)).toBe(0)
    expect(strengthOf(1e7, 1e7)).toBe(0)
  })

  it('rises as the content weight falls', () => {
    expect(strengthOf(0.02, 0.08)).toBeGreaterThan(0)
    expect(strengthOf(0.2, 0.08)).toBeLessThan(0)
  })

  it.each([-1, -0.4, 0, 0.25, 1])('comes back from its content weight at %d', (strength) => {
    expect(strengthOf(contentWeightOf(strength, 0.08), 0.08)).toBeCloseTo(strength, 3)
  })

  it('stands at the end for a photo that is not kept at all', () => {
    expect(strengthOf(0, 0.08)).toBe(1)
  })

  it('gives back exactly the preset in the middle, so that nothing counts as changed', () => {
    expect(contentWeightOf(0, 0.123456)).toBe(0.123456)
  })

  it('is told as a factor', () => {
    expect(describeStrength(0)).toBe('Preset value')
    expect(describeStrength(strengthOf(0.02, 0.08))).toBe('4× stronger')
    expect(describeStrength(strengthOf(0.2, 0.08))).toBe('2.5× gentler')
  })
})

describe('smoothness', () => {
  it('reaches 0, and the preset half way', () => {
    expect(tvWeightOf(0, 0.7)).toBe(0)
    expect(smoothnessOf(0.7, 0.7)).toBeCloseTo(0.5)
    expect(tvWeightOf(0.5, 0.7)).toBe(0.7)
  })

  it('can be turned up where the preset has none', () => {
    expect(tvWeightOf(1, 0)).toBeGreaterThan(1)
    expect(smoothnessOf(0, 0)).toBe(0)
  })
})
