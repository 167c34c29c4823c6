import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parameters, type Parameters } from '../src/shared/contract/parameters.ts'
import { objectiveOptions } from '../src/engine/methods/optimise/objective-options.ts'
import { onDevice } from '../src/engine/runtime/on-device.ts'
import { ObjectiveSession } from '../src/engine/objective/session.ts'
import type { preprocessings } from '../src/engine/models/network-weights.ts'
import { narrowNetworks, narrowWeights, seededPicture } from './references/losses-inputs.ts'

/** Losses and gradients of PyTorch's autograd on the same narrow networks; made by references/losses.py. */
interface ReferenceCase {
  readonly name: string
  readonly family: keyof typeof preprocessings
  readonly canvas: readonly [number, number]
  readonly content: readonly [number, number]
  readonly style: readonly [number, number]
  readonly parameters: Partial<Parameters> & { network: keyof typeof narrowNetworks }
  readonly loss: number
  readonly parts: Readonly<Record<string, number>>
  readonly layers: Readonly<Record<string, number>>
  /** ∂loss/∂canvas in [0,1], float32 in base64, planar [3, H, W]. */
  readonly gradient: string
}

function readCases(file: string): ReferenceCase[] {
  const text = readFileSync(new URL(`references/${file}`, import.meta.url), 'utf8')
  return (JSON.parse(text) as { cases: ReferenceCase[] }).cases
}

async function evaluate(
  reference: ReferenceCase,
): Promise<Awaited<ReturnType<ObjectiveSession['evaluate']>>> {
  const settings = parameters.parse({ padding: 'zero', ...reference.parameters })
  const picture = (
    name: 'content' | 'style' | 'canvas',
  ): { rgb: Float32Array; widthPx: number; heightPx: number } => {
    const [heightPx, widthPx] = reference[name]
    return { heightPx, widthPx, rgb: seededPicture(name, reference[name]) }
  }
  const { network } = reference.parameters
  const family = settings.preprocessing === 'none' ? 'none' : reference.family
  const source = {
    content: picture('content'),
    styles: [{ picture: picture('style'), weight: 1 }],
    layers: narrowNetworks[network].layers,
    weights: narrowWeights(network, family),
  }
  const canvas = picture('canvas')
  const session = await ObjectiveSession.create(
    source,
    objectiveOptions(settings),
    canvas,
    onDevice({ device: 'cpu', threads: 1 }),
  )
  try {
    return await session.evaluate(canvas.rgb)
  } finally {
    await session.dispose()
  }
}

/** Largest difference against the largest entry. */
function relativeError(received: Float32Array, expected: Float32Array): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const difference = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - received[i]!)), 0)
  return difference / largest
}

describe.each([
  ['the five recipes', readCases('losses.json')],
  ['every form of every loss', readCases('losses-variants.json')],
])('%s agree with PyTorch', (_, cases) => {
  it.each(cases.map((reference) => [reference.name, reference] as const))('%s', async (_name, reference) => {
    const { loss, gradient } = await evaluate(reference)
    const expected = new Float32Array(Uint8Array.from(Buffer.from(reference.gradient, 'base64')).buffer)
    expect(gradient).toHaveLength(expected.length)
    expect(relativeError(gradient, expected)).toBeLessThan(1e-4)
    expect(Math.abs(loss.total / reference.loss - 1)).toBeLessThan(1e-4)
    for (const [layer, value] of Object.entries(reference.layers).filter(([name]) => name.includes('/')))
      expect(Math.abs(loss.layers[layer]! / value - 1), layer).toBeLessThan(1e-4)
    for (const [part, value] of Object.entries(reference.parts)) {
      const received = loss[part as 'content' | 'style' | 'variation']
      expect(Math.abs(received / value - 1), part).toBeLessThan(1e-4)
    }
  })
})
