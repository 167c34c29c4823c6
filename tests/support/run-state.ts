import { createRandom } from '../../src/engine/random.ts'
import type { RunState } from '../../src/engine/stylize/run-state.ts'

/** The state of a run with Adam, of random numbers. */
export function makeRunState(seed: number, size: RunState['size'] = { widthPx: 2, heightPx: 1 }): RunState {
  const random = createRandom(seed)
  const tensor = (): Float32Array =>
    Float32Array.from({ length: 3 * size.widthPx * size.heightPx }, () => random.normal())
  return {
    ...{ fingerprint: 'f', scaleIndex: 1, step: 3, totalStep: 9, size, elapsedMs: 1234.5 },
    sliders: { contentWeight: 0.5, styleLayers: { relu1_1: 2 } },
    objective: 'no',
    vector: tensor(),
    optimizer: { optimizer: 'adam', scalars: { steps: 9 }, fields: { first: tensor(), second: tensor() } },
    average: { sum: tensor(), count: 4 },
  }
}
