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
    [weight, { contentWeight: -3 }, 'contentWeight must be between 0 and 1e6, not -3.'],
    [weight, { contentWeight: 2e7 }, 'contentWeight must be between 0 and 1e6, not 2e7.'],
    [weight, { contentWeight: NaN }, 'contentWeight must be a number between 0 and 1e6, not NaN.'],
    [weight, { contentWeight: 'a' }, 'contentWeight must be a number between 0 and 1e6, not "a".'],
    [parameters, { beta1: 1 }, 'beta1 must be at least 0 and below 1, not 1.'],
    [parameters, { learningRate: 0 }, 'learningRate must be above 0 and at most 1000, not 0.'],
    [parameters, { sizePx: 20.5 }, 'sizePx must be a whole number between 16 and 8192, not 20.5.'],
    [parameters, { clamp: 1 }, 'clamp must be true or false, not 1.'],
    [parameters, { pooling: 'min' }, 'pooling must be one of max, average, not "min".'],
    [parameters, { colour: 1, b: 2 }, 'The input has unknown fields: "colour", "b".'],
    [parameters, { styleLayers: 3 }, 'styleLayers must be an object, not 3.'],
    [parameters, null, 'The input must be an object, not null.'],
    [filePath, '', 'The input must be text of 1 to 4096 characters, not "".'],
    [z.object({ a: z.null() }), {}, 'a is missing.'],
    [
      z.array(z.number()).max(2),
      [1, 2, 3],
      'The input must be a list of at most 2 entries, not a list of 3.',
    ],
    [z.union([z.string(), z.boolean()]), 2, 'The input must be text or true or false, not 2.'],
    [z.number().multipleOf(8), 12, 'The input must be a number that is a multiple of 8, not 12.'],
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
    expect(complaint(jobSpec, input)).toBe('inputs[1].weight must be between 0 and 1e6, not -1.')
  })

  it('names a layer whose weight is wrong', () => {
    const message = complaint(parameters, { styleLayers: { relu1_1: -2 } })
    expect(message).toBe('styleLayers.relu1_1 must be between 0 and 1e12, not -2.')
  })

  it('says which name of a record is too long', () => {
    const message = complaint(parameters, { styleLayers: { 'a-name-without-end': 1 } })
    expect(message).toBe('styleLayers has a name that is too long: "a-name-without-end".')
  })

  it('lists the kinds of a tagged union when none fits', () => {
    const shape = z.discriminatedUnion('t', [
      z.object({ t: z.literal('a') }),
      z.object({ t: z.literal('b') }),
    ])
    expect(complaint(shape, { t: 'q' })).toBe('t must be one of a, b, not "q".')
  })

  it('complains about the option of a union that came closest', () => {
    const shape = z.union([z.string(), z.object({ sizePx: z.number().max(9) })])
    expect(complaint(shape, { sizePx: 10 })).toBe('sizePx must be at most 9, not 10.')
  })

  it('cuts a long text short', () => {
    expect(complaint(z.number(), 'x'.repeat(1e6)).length).toBeLessThan(150)
  })
})

describe('parseOrThrow', () => {
  it('calls values by the names that its face uses', () => {
    const options = { nameOf: (path: readonly PropertyKey[]) => `--${path.map(String).join('-')}` }
    expect(() => parseOrThrow(parameters, { history: 0 }, options)).toThrow(
      '--history must be between 1 and 200, not 0.',
    )
  })

  it('throws the code it is told', () => {
    expect(() => parseOrThrow(z.number(), '', { code: 'engine-mismatch' })).toThrow(
      expect.objectContaining({ code: 'engine-mismatch' }),
    )
  })
})
