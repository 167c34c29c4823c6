import fc from 'fast-check'
import { expect, it } from 'vitest'
import { expectClose, fromSingle } from '../../../tests/support/gradient-check.ts'
import { evaluate } from '../../../tests/support/interpreter.ts'
import { gradients } from '../autodiff/gradient.ts'
import type { Shape } from '../graph/dimension.ts'
import { Graph } from '../graph/graph.ts'
import type { Value } from '../graph/graph.ts'
import { Session } from '../runtime/ort.ts'
import { abs, clip, conv, maxPool, reduceSum, relu, type PoolOptions } from './index.ts'

// At kinks and ties there is no slope to compare with: the expected values are given here.

/** ∂ Σ f(x) / ∂x by ONNX Runtime, which has to be what the interpreter finds. */
async function gradientOf(
  f: (x: Value) => Value,
  shape: readonly number[],
  numbers: readonly number[],
  open: Shape = shape,
): Promise<readonly number[]> {
  const graph = new Graph()
  const x = graph.input('x', open)
  const [gradient] = gradients(reduceSum(f(x)), [x])
  graph.output({ gradient: gradient! })
  const session = await Session.create(graph, { device: 'cpu', threads: 1 })
  const { gradient: received } = await session.run({ x: { shape, data: Float32Array.from(numbers) } })
  await session.dispose()
  const expected = evaluate(graph, { x: { shape, data: Float64Array.from(numbers) } }, [gradient!])
  expectClose('the gradient', fromSingle(received!), expected.get(gradient!)!, 1e-6)
  return [...received!.data]
}

it('ReLU passes nothing at 0 and everything just above it', async () => {
  expect(await gradientOf(relu, [6], [-1, -1e-30, 0, -0, 1e-30, 3e38])).toEqual([0, 0, 0, 0, 1, 1])
})

it('An absolute value has a slope of 0 at 0', async () => {
  expect(await gradientOf(abs, [3], [-2, 0, 2])).toEqual([-1, 0, 1])
})

it('Clip passes the gradient between its bounds and at neither of them', async () => {
  expect(await gradientOf((x) => clip(x, 0, 1), [5], [-0.5, 0, 0.5, 1, 1.5])).toEqual([0, 0, 1, 0, 0])
})

it('Bounds of Clip in the wrong order are refused', () => {
  expect(() => clip(new Graph().input('x', [1]), 1, 0)).toThrow('Clip needs low ≤ high, received 1 and 0.')
})

it('A flat region shares the gradient of each window among its cells', async () => {
  const flat = new Array<number>(16).fill(0.7)
  expect(await gradientOf((x) => maxPool(x), [1, 1, 4, 4], flat)).toEqual(new Array(16).fill(0.25))
})

it('Two largest cells of a window get half of its gradient each', async () => {
  expect(await gradientOf((x) => maxPool(x), [1, 1, 2, 2], [3, 1, 2, 3])).toEqual([0.5, 0, 0, 0.5])
})

it('Cells that no window covers get nothing', async () => {
  expect(await gradientOf((x) => maxPool(x), [1, 1, 3, 3], [1, 2, 9, 3, 4, 9, 9, 9, 9])).toEqual([
    0, 0, 0, 0, 1, 0, 0, 0, 0,
  ])
})

it('Padding is never the largest cell, even where all cells are negative', async () => {
  const shared = await gradientOf(
    (x) => maxPool(x, { kernel: 3, stride: 2, pad: 1 }),
    [1, 1, 2, 2],
    [-1, -1, -1, -1],
  )
  expect(shared).toEqual([0.25, 0.25, 0.25, 0.25])
})

/** x itself: a convolution of 16 channels leaves it in the layout of ONNX Runtime's CPU provider. */
function blockedLayout(x: Value): Value {
  const channels = x.shape[1] as number
  const identity = Array.from({ length: channels ** 2 }, (_, i) => (i % (channels + 1) === 0 ? 1 : 0))
  return conv(x, x.graph.constant(identity, [channels, channels, 1, 1]), null)
}

/** The shares counted window by window, as a person would. */
function shares(
  side: number,
  numbers: readonly number[],
  { kernel, stride, pad }: Required<PoolOptions>,
): number[] {
  const gradient = new Array<number>(side * side).fill(0)
  const windows = Math.floor((side + 2 * pad - kernel) / stride) + 1
  for (let row = 0; row < windows; row++)
    for (let column = 0; column < windows; column++) {
      const cells: number[] = []
      for (let y = row * stride - pad; y < row * stride - pad + kernel; y++)
        for (let x = column * stride - pad; x < column * stride - pad + kernel; x++)
          if (y >= 0 && y < side && x >= 0 && x < side) cells.push(y * side + x)
      const largest = Math.max(...cells.map((cell) => numbers[cell]!))
      const winners = cells.filter((cell) => numbers[cell] === largest)
      for (const cell of winners) gradient[cell]! += 1 / winners.length
    }
  return gradient
}

it('Ties share the gradient in windows of every kind', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc
        .record({
          side: fc.integer({ min: 1, max: 6 }),
          kernel: fc.integer({ min: 1, max: 3 }),
          stride: fc.integer({ min: 1, max: 3 }),
          pad: fc.integer({ min: 0, max: 1 }),
          symbolic: fc.boolean(),
          channels: fc.constantFrom(1, 16),
        })
        .filter(({ side, kernel, pad }) => pad < kernel && side + 2 * pad >= kernel)
        .chain((options) =>
          fc.tuple(
            fc.constant(options),
            fc.array(fc.constantFrom(-1, 0, 0.1, 2), {
              minLength: options.side ** 2,
              maxLength: options.side ** 2,
            }),
          ),
        ),
      async ([{ side, symbolic, channels, ...window }, numbers]) => {
        const shape = [1, channels, side, side]
        const open = symbolic ? [1, channels, 'H', 'W'] : shape
        // Each channel holds the numbers shifted by one more.
        const shifted = Array.from({ length: channels }, (_, by) => [
          ...numbers.slice(by % side ** 2),
          ...numbers.slice(0, by % side ** 2),
        ])
        const gradient = await gradientOf(
          (x) => maxPool(blockedLayout(x), window),
          shape,
          shifted.flat(),
          open,
        )
        const expected = shifted.flatMap((plane) => shares(side, plane, window))
        expected.forEach((share, cell) => expect(gradient[cell]).toBeCloseTo(share, 5))
      },
    ),
    { numRuns: 40 },
  )
})
