import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { modelManifest } from './models.ts'

const raw: unknown = JSON.parse(readFileSync('resources/models.json', 'utf8'))

describe('the manifest of published weights', () => {
  it('is valid as it ships', () => {
    expect(modelManifest.parse(raw).models.length).toBeGreaterThanOrEqual(4)
  })

  it('recommends exactly one download for each network', () => {
    const recommended = modelManifest.parse(raw).models.filter((entry) => entry.recommended)
    expect(recommended.map(({ network }) => network).sort()).toEqual(['vgg16', 'vgg19'])
    expect(recommended.every(({ urls, bytes }) => urls.length > 0 && bytes !== null)).toBe(true)
  })

  it('refuses a download without a checksum', () => {
    const [entry] = modelManifest.parse(raw).models
    const { md5, ...bare } = entry!
    expect(md5).toBeDefined()
    expect(modelManifest.safeParse({ schema: 1, models: [bare] }).success).toBe(false)
  })

  it('refuses two models of one id', () => {
    const [entry] = modelManifest.parse(raw).models
    expect(modelManifest.safeParse({ schema: 1, models: [entry, entry] }).success).toBe(false)
  })
})
