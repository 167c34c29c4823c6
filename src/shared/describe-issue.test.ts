import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { filePath, jobSpec } from './contract/job.ts'
import { parameters } from './contract/parameters.ts'
import { describeFailure, parseOrThrow } from './describe-issue.ts'

function complaint(schema: z.ZodType, input: unknown): string {
  const result = schema.safeParse(input)
  if (result.success) throw new Error('Expected the schema to refuse this input.')
  return describeFailure(result.error, schema, input)
}

describe('describeIssue', () => {
  const weight = z.object({ contentWeight: z.number().min(0).max(1e6).default(1) })

  it.each([
    [weight, { contentWeight: -3 }, 'Expected contentWeight between 0 and 1e6, received -3.'],
    [weight, { contentWeight: 2e7 }, 'Expected contentWeight between 0 and 1e6, received 2e7.'],
    [
      weight,
      { contentWeight: NaN },
      'Expected contentWeight to be a number between 0 and 1e6, received NaN.',
    ],
    [
      weight,
      { contentWeight: 'a' },
      'Expected contentWeight to be a number between 0 and 1e6, received "a".',
    ],
    [parameters, { beta1: 1 }, 'Expected beta1 at least 0 and below 1, received 1.'],
    [parameters, { learningRate: 0 }, 'Expected learningRate above 0 and at most 1000, received 0.'],
    [
      parameters,
      { sizePx: 20.5 },
      'Expected sizePx to be a whole number between 16 and 8192, received 20.5.',
    ],
    [parameters, { clamp: 1 }, 'Expected clamp to be true or false, received 1.'],
    [parameters, { pooling: 'min' }, 'Expected pooling to be one of max, average, received "min".'],
    [parameters, { colour: 1, b: 2 }, 'Expected only known fields in the input, received "colour", "b".'],
    [parameters, { styleLayers: 3 }, 'Expected styleLayers to be an object, received 3.'],
    [parameters, null, 'Expected the input to be an object, received null.'],
    [filePath, '', 'Expected the input to be text of 1 to 4096 characters, received "".'],
    [z.object({ a: z.null() }), {}, 'Expected a to be null, received nothing.'],
    [
      z.array(z.number()).max(2),
      [1, 2, 3],
      'Expected the input to be a list of at most 2 entries, received a list of 3.',
    ],
    [z.union([z.string(), z.boolean()]), 2, 'Expected the input to be text or true or false, received 2.'],
    [z.number().multipleOf(8), 12, 'Expected the input to be a number that is a multiple of 8, received 12.'],
  ])('says what was expected and what came (case %#)', (schema, input, message) => {
    expect(complaint(schema, input)).toBe(message)
  })

  it('names the place of a value deep inside', () => {
    const input = {
      method: { id: 'optimise', parameters: {} },
      inputs: [
        { slot: 'content', asset: { path: 'a.jpg' } },
        { slot: 'style', asset: { path: 'b.jpg' }, weight: -1 },
      ],
      output: { path: 'c.png' },
    }
    expect(complaint(jobSpec, input)).toBe('Expected inputs[1].weight between 0 and 1e6, received -1.')
  })

  it('names a layer whose weight is wrong', () => {
    const message = complaint(parameters, { styleLayers: { relu1_1: -2 } })
    expect(message).toBe('Expected styleLayers.relu1_1 between 0 and 1e12, received -2.')
  })

  it('says which name of a record is too long', () => {
    const message = complaint(parameters, { styleLayers: { 'a-name-without-end': 1 } })
    expect(message).toBe('Expected shorter names in styleLayers, received "a-name-without-end".')
  })

  it('lists the kinds of a tagged union when none fits', () => {
    const shape = z.discriminatedUnion('t', [
      z.object({ t: z.literal('a') }),
      z.object({ t: z.literal('b') }),
    ])
    expect(complaint(shape, { t: 'q' })).toBe('Expected t to be one of a, b, received "q".')
  })

  it('complains about the option of a union that came closest', () => {
    const shape = z.union([z.string(), z.object({ sizePx: z.number().max(9) })])
    expect(complaint(shape, { sizePx: 10 })).toBe('Expected sizePx at most 9, received 10.')
  })

  it('cuts a long text short', () => {
    expect(complaint(z.number(), 'x'.repeat(1e6)).length).toBeLessThan(150)
  })
})

describe('parseOrThrow', () => {
  it('calls values by the names that its face uses', () => {
    const options = { nameOf: (path: readonly PropertyKey[]) => `--${path.map(String).join('-')}` }
    expect(() => parseOrThrow(parameters, { history: 0 }, options)).toThrow(
      'Expected --history between 1 and 200, received 0.',
    )
  })

  it('throws the code it is told', () => {
    expect(() => parseOrThrow(z.number(), '', { code: 'engine-mismatch' })).toThrow(
      expect.objectContaining({ code: 'engine-mismatch' }),
    )
  })
})
