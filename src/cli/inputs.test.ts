import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { outputFor } from './inputs.ts'

describe('names of results', () => {
  it('differ where photos of one list share a name', async () => {
    const taken = new Set<string>()
    const names: string[] = []
    for (const photo of ['in/a.jpg', 'in/a.png', 'other/A.jpg'])
      names.push(await outputFor(photo, 'painted/', true, taken))
    expect(names).toEqual(
      ['a-pastiche.png', 'a-2-pastiche.png', 'A-3-pastiche.png'].map((name) => resolve('painted', name)),
    )
  })

  it('are the same for photos of the same name in two folders, beside each', async () => {
    const taken = new Set<string>()
    expect(await outputFor('in/a.jpg', undefined, true, taken)).toBe(resolve('in/a-pastiche.png'))
    expect(await outputFor('other/a.jpg', undefined, true, taken)).toBe(resolve('other/a-pastiche.png'))
  })

  it('are refused as one file for several photos', async () => {
    await expect(outputFor('a.jpg', 'result.png', true, new Set())).rejects.toThrow(
      'Expected a folder as --output for several pictures, received result.png.',
    )
  })
})
