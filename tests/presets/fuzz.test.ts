import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Presets } from '../../src/host/index.ts'
import { parsePreset } from '../../src/host/presets/preset-file.ts'
import { parameters } from '../../src/shared/contract/parameters.ts'
import { presetText, withNetworkRecipe } from '../../src/shared/contract/preset.ts'
import { PasticheError } from '../../src/shared/errors.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const temporary = temporaryFolder()
const shipped = new URL('../../resources/presets/', import.meta.url)
const samples = readdirSync(shipped).map((name) => readFileSync(new URL(name, shipped)))

/** Refuses in words, or reads what is the same when written and read again, and what can be painted with. */
function survives(bytes: Uint8Array): void {
  try {
    const preset = parsePreset(bytes)
    const text = presetText(preset)
    expect(presetText(parsePreset(Buffer.from(text)))).toBe(text)
    expect(parameters.safeParse(withNetworkRecipe(preset.parameters)).success).toBe(true)
  } catch (error) {
    if (!(error instanceof PasticheError)) throw error
    expect(error.code).toBe('preset-unreadable')
    expect(error.message).toMatch(/^(it|The preset|\S+) .*\.$/s)
    expect(error.message.length).toBeLessThan(1000)
  }
}

const sample = fc.constantFrom(...samples)
const strange = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(1e308, -1, 0.5, 2 ** 53, '', '__proto__', null, {}, [], [[]], true),
  fc.constant('__ONE_E_999__'),
)

/** Some field, at any depth, gets another value or another name, or a new one is added beside it. */
const mutated = fc
  .tuple(sample, fc.nat(), strange, fc.constantFrom('value', 'name', 'more', 'none'))
  .map(([bytes, place, value, what]) => {
    const json = JSON.parse(bytes.toString()) as Record<string, unknown>
    const places: [Record<string, unknown>, string][] = []
    const visit = (object: Record<string, unknown>): void => {
      for (const [key, inner] of Object.entries(object)) {
        places.push([object, key])
        if (typeof inner === 'object' && inner !== null) visit(inner as Record<string, unknown>)
      }
    }
    visit(json)
    const [object, key] = places[place % places.length]!
    if (what === 'value') object[key] = value
    else if (what === 'more') Object.assign(object, { [JSON.stringify(value).slice(0, 20)]: value })
    else {
      const former = object[key]
      Reflect.deleteProperty(object, key)
      if (what === 'name') Object.assign(object, { [JSON.stringify(value).slice(0, 20)]: former })
    }
    return Buffer.from(JSON.stringify(json).replaceAll('"__ONE_E_999__"', '1e999'))
  })

/** Some bytes are changed, taken away or put in. */
const scratched = fc
  .tuple(sample, fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.nat(2)), { minLength: 1, maxLength: 5 }))
  .map(([bytes, scratches]) => {
    const list = [...bytes]
    for (const [place, byte, kind] of scratches)
      list.splice(place % list.length, kind === 2 ? 0 : 1, ...(kind === 1 ? [] : [byte]))
    return Uint8Array.from(list)
  })

describe('a preset’s file', () => {
  it.each([
    ['of random bytes', fc.uint8Array({ maxLength: 300 })],
    ['of any JSON', fc.json().map((text) => Buffer.from(text))],
    ['with scratched bytes', scratched],
    ['with a field of another type, name or number', mutated],
  ])('%s is read or refused', (_what, files) => {
    fc.assert(fc.property(files as fc.Arbitrary<Uint8Array>, survives), { numRuns: 500 })
  })
})

describe('a folder of fuzzed files', () => {
  it('is read, and each file is a preset, a problem or set aside', async () => {
    const any = fc.oneof(fc.uint8Array({ maxLength: 300 }), scratched, mutated) as fc.Arbitrary<Uint8Array>
    const files = fc.sample(any, 100)
    files.forEach((bytes, i) => temporary.file(`${i}.json`, bytes))
    const presets = new Presets({ resources: join(temporary.path, 'none'), presets: temporary.path })
    const { presets: found, problems } = await presets.list()
    expect(found.length + problems.length).toBe(files.length)
    expect((await presets.list()).presets).toEqual(found)
  })
})
