import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { writeSafetensors } from '../../../tests/support/weight-files.ts'
import { narrowTables, renamed, torchvisionNames } from '../../../tests/support/weight-names.ts'
import { seededWeights } from '../models/seeded.ts'
import { importWeights, inspectWeights, verifyWeights } from './weights-files.ts'
import { preprocessings } from '../models/network-weights.ts'

const folder = temporaryFolder()
const path = folder.file('weights.safetensors')
const { tensors } = seededWeights(narrowTables.vgg16, 1, preprocessings.none)
writeSafetensors(path, renamed(tensors, torchvisionNames(narrowTables.vgg16)))
const target = join(folder.path, 'target')
mkdirSync(target)
const asked = { path, manifest: { schema: 1 as const, models: [] }, family: null }

describe('a weights file', () => {
  it('is inspected without being written anywhere', async () => {
    const before = readdirSync(folder.path, { recursive: true })
    const facts = await inspectWeights(asked, narrowTables)
    expect(facts).toMatchObject({ network: 'vgg16', family: 'torchvision', verified: false })
    expect(facts.found).toContain('Found VGG16 in a .safetensors file')
    expect(readdirSync(folder.path, { recursive: true })).toEqual(before)
  })

  it('is imported into a folder under the name of its network, and verified there with the same facts', async () => {
    const imported = await importWeights({ ...asked, folder: target, allowUnverified: true }, narrowTables)
    expect(imported.path).toBe(join(target, 'vgg16.safetensors'))
    expect(imported.found).toContain('it is not a published file')
    expect(imported).toMatchObject(await verifyWeights({ path: imported.path }, narrowTables))
  })

  it('is not written where it may not be imported', async () => {
    const empty = join(folder.path, 'empty')
    mkdirSync(empty)
    const request = { ...asked, folder: empty, allowUnverified: false }
    await expect(importWeights(request, narrowTables)).rejects.toMatchObject({ code: 'weights-unverified' })
    expect(readdirSync(empty)).toEqual([])
  })

  it('that Pastiche has not written is not verified as a canonical one', async () => {
    writeFileSync(folder.file('nonsense'), 'nonsense')
    await expect(verifyWeights({ path }, narrowTables)).rejects.toMatchObject({ code: 'weights-unsupported' })
  })
})
