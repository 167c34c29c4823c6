import { expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import type { Tensor } from '../weights/weights.ts'
import { writeExemplars } from './exemplars.ts'

function noise(shape: readonly number[], seed: number): Tensor {
  const random = createRandom(seed)
  return { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()) }
}

/** w·p at every position of the features, the borders left out. */
function responses(filter: Float32Array, { shape, data }: Tensor): number[] {
  const [, channels, height, width] = shape as [number, number, number, number]
  const found: number[] = []
  for (let y = 0; y < height - 2; y++)
    for (let x = 0; x < width - 2; x++) {
      let sum = 0
      for (let c = 0; c < channels; c++)
        for (let cell = 0; cell < 9; cell++) {
          const at = (c * height + y + Math.floor(cell / 3)) * width + x + (cell % 3)
          sum += filter[9 * c + cell]! * data[at]!
        }
      found.push(sum)
    }
  return found
}

it('Each filter answers to the patch it was made from far more than to others', async () => {
  const features = noise([1, 8, 20, 20], 3)
  const weight: Tensor = { shape: [5, 8, 3, 3], data: new Float32Array(5 * 72) }
  await writeExemplars(weight, 0, features, { random: createRandom(1), threads: 1 })
  for (let filter = 0; filter < 5; filter++) {
    const [first, second] = responses(weight.data.subarray(72 * filter, 72 * filter + 72), features).sort(
      (a, b) => b - a,
    )
    expect(first! / second!).toBeGreaterThan(1.2)
  }
})

it('Filters before the first exemplar are left alone', async () => {
  const weight: Tensor = { shape: [3, 2, 3, 3], data: new Float32Array(54).fill(9) }
  await writeExemplars(weight, 2, noise([2, 2, 6, 6], 1), { random: createRandom(0), threads: 1 })
  expect(weight.data.subarray(0, 36).every((value) => value === 9)).toBe(true)
  expect(weight.data.subarray(36).every((value) => value === 9)).toBe(false)
})

it('A channel that varies ten times as much as the others does not drown them', async () => {
  const features = noise([1, 2, 64, 64], 5)
  for (let i = 0; i < 64 * 64; i++) features.data[i]! *= 10
  const weight: Tensor = { shape: [50, 2, 3, 3], data: new Float32Array(50 * 18) }
  await writeExemplars(weight, 0, features, { random: createRandom(2), threads: 1 })
  let [loud, quiet] = [0, 0]
  for (let i = 0; i < weight.data.length; i++) {
    if (i % 18 < 9) loud += (10 * weight.data[i]!) ** 2
    else quiet += weight.data[i]! ** 2
  }
  // Without whitening the ratio of the two contributions would be 10⁴.
  expect(loud / quiet).toBeLessThan(1000)
})
