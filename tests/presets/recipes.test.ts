import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parameters, type Parameters, type PartialParameters } from '../../src/shared/contract/parameters.ts'
import {
  overridePreset,
  readPreset,
  withNetworkRecipe,
  type Preset,
} from '../../src/shared/contract/preset.ts'
import { makePlan } from '../../src/engine/methods/optimise/plan.ts'
import type { Planes } from '../../src/engine/tensor/planes.ts'
import { Run, type RunResult } from '../../src/engine/methods/optimise/run.ts'
import type { preprocessings } from '../../src/engine/models/network-weights.ts'
import {
  narrowNetworks,
  narrowWeights,
  seededPicture,
  type pictureSeeds,
} from '../references/losses-inputs.ts'

/** The first 20 losses by PyTorch's optimizers and autograd; made by references/recipes.py. */
interface ReferenceCase {
  readonly preset: string
  readonly override: PartialParameters
  readonly family: keyof typeof preprocessings
  readonly losses: readonly number[]
}

const read = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
const { cases } = read('tests/references/recipes.json') as { cases: ReferenceCase[] }

function picture(name: keyof typeof pictureSeeds): Planes {
  return { widthPx: 16, heightPx: 16, rgb: seededPicture(name, [16, 16]) }
}

function builtIn(id: string): Preset {
  return readPreset(read(`resources/presets/${id}.json`))
}

/** Parameters of a preset; noise is replaced by a picture that PyTorch has too. */
function parametersOf({ preset, override }: ReferenceCase): Parameters {
  const { parameters: recipe } = builtIn(preset)
  const start: PartialParameters = recipe.init === 'noise' ? { init: 'picture' } : {}
  return parameters.parse(withNetworkRecipe(overridePreset(recipe, { ...start, ...override })))
}

async function paint(reference: ReferenceCase): Promise<{ losses: number[]; result: RunResult }> {
  const settings = parametersOf(reference)
  const network = settings.network === 'vgg16' ? 'vgg16' : 'vgg19'
  const { layers } = narrowNetworks[network]
  const content = picture('content')
  const losses: number[] = []
  const run: Run = new Run(
    {
      content,
      styles: [{ picture: picture('style'), weight: 1 }],
      initPicture: picture('canvas'),
      layers,
      weights: narrowWeights(network, reference.family),
      parameters: settings,
      plan: makePlan(content, settings, layers),
      device: 'cpu',
      threads: 1,
    },
    { onProgress: ({ loss }) => losses.push(loss.total) === reference.losses.length && run.stop() },
  )
  return { losses, result: await run.paint() }
}

describe('from its preset, each published recipe paints a picture on the way that PyTorch takes', () => {
  it.each(cases.map((reference) => [`${reference.preset} ${JSON.stringify(reference.override)}`, reference]))(
    '%s',
    async (_name, reference) => {
      const { losses, result } = await paint(reference)
      const expected = reference.losses
      expect(losses).toHaveLength(expected.length)
      losses.forEach((loss, step) =>
        expect(Math.abs(loss / expected[step]! - 1), `step ${step}`).toBeLessThan(1e-3),
      )
      expect(result.rgb.every((value) => value >= 0 && value <= 1)).toBe(true)
      expect(result.rgb).not.toEqual(picture('content').rgb)
    },
  )

  it('is proved for every preset that names a family of weights', () => {
    const files = readdirSync(new URL('../../resources/presets', import.meta.url))
    const published = files
      .map((file) => builtIn(file.replace('.json', '')))
      .filter(({ weightFamily }) => weightFamily !== null)
    expect(published.length).toBeGreaterThan(0)
    expect(new Set(cases.map(({ preset }) => preset))).toEqual(new Set(published.map(({ id }) => id)))
  })
})
