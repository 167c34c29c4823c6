import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstEditionCheckpoint } from '../../../tests/support/first-edition-checkpoint.ts'
import { makeRunState } from '../../../tests/support/run-state.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { parameters } from '../../shared/contract/parameters.ts'
import { createOptimizer } from '../minimise/optimizers/optimizer.ts'
import { readRunState, writeRunState } from './checkpoint.ts'

const fixture = fileURLToPath(
  new URL('../../../tests/fixtures/first-edition/home/library/checkpoints', import.meta.url),
)
const names = readdirSync(fixture).sort()

/**
 * Steps of each job so far, and the SHA-256 of its vector five steps later with {@link bowl} as the loss: computed by the first
 * edition's own code.
 */
const pinned: Readonly<Record<string, readonly [steps: number, sha256: string]>> = {
  adam: [16, '6c80f0007c046077993288a4d5cf6c59f8ec228f2a4f759054301ee9292371c5'],
  adamw: [17, 'ed5d818b976329d7e6bc42d22b73d36048dc94b116fcd08610482bb50404f984'],
  lamb: [15, '0d044bea54cb0e6eb518062457be4a78a76b753967f732d6ad3082063a360343'],
  lbfgs: [16, '370fe012a71bab9336c4bdfc5a2ec76a0c70498bee8209c26baa02e25a20c3a0'],
}

function bowl(x: Float32Array): Promise<{ loss: number; gradient: Float32Array }> {
  let loss = 0
  const gradient = x.map((value, i) => {
    const [curvature, offset] = [1 + (i % 7), value - (i % 11) / 16]
    loss += 0.5 * curvature * offset * offset
    return curvature * offset
  })
  return Promise.resolve({ loss, gradient })
}

const temporary = temporaryFolder()

describe('a checkpoint that the first edition wrote', () => {
  it('is there for each optimizer', async () => {
    const states = await Promise.all(names.map((name) => readRunState(join(fixture, name))))
    expect(states.map((state) => state!.optimizer.optimizer).sort()).toEqual(Object.keys(pinned))
  })

  it.each(names)('(%s) is read with nothing lost, and its optimizer takes the same steps', async (name) => {
    const path = join(fixture, name)
    const state = (await readRunState(path))!
    expect(firstEditionCheckpoint(state).equals(readFileSync(path))).toBe(true)
    const { optimizer: kind } = state.optimizer
    const settings = parameters.parse({ optimizer: kind, learningRate: 0.02 })
    const optimizer = createOptimizer(settings, state.vector.length)
    optimizer.restore(state.optimizer)
    for (let step = 0; step < 5; step++) await optimizer.step(state.vector, bowl)
    const sha256 = createHash('sha256').update(new Uint8Array(state.vector.buffer)).digest('hex')
    expect([state.totalStep, sha256]).toEqual(pinned[kind])
  })

  it.each(names)('(%s) is the same when it is written as checkpoints are now', async (name) => {
    const state = (await readRunState(join(fixture, name)))!
    writeRunState(temporary.file('again'), state)
    expect(await readRunState(temporary.file('again'))).toEqual(state)
  })

  it('is refused wherever it is damaged or cut off', async () => {
    const bytes = firstEditionCheckpoint(makeRunState(1))
    const path = temporary.file('broken')
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.boolean(), async (offset, cuts) => {
        const broken = Buffer.from(cuts ? bytes.subarray(0, offset) : bytes)
        if (!cuts) broken[offset]! ^= 0x40
        temporary.file('broken', broken)
        await expect(readRunState(path)).rejects.toMatchObject({
          code: 'state-damaged',
          message: expect.stringMatching(/^The saved progress .*\.$/s) as string,
        })
      }),
    )
  })
})
