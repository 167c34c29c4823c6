import { expect, it } from 'vitest'
import { makeEvaluate, size, start } from '../../../../tests/references/optimizers-problem.ts'
import type { Evaluate } from './contract.ts'
import { Lbfgs } from './lbfgs.ts'

const options = { learningRate: 1, history: 2, lineSearch: 'none' } as const

/** An objective that is not there: the losses and gradients are given one after the other. */
function scripted(...evaluations: [loss: number, ...gradient: number[]][]): Evaluate {
  const queue = [...evaluations]
  return () => {
    const [loss, ...gradient] = queue.shift()!
    return Promise.resolve({ loss, gradient: Float32Array.from(gradient) })
  }
}

it('The first step moves the canvas by the learning rate in all', async () => {
  const x = new Float32Array(2)
  await new Lbfgs({ ...options, learningRate: 0.5 }, 2).step(x, scripted([9, 3, -1]))
  expect([...x]).toEqual([-0.375, 0.125])
})

it('A pair of negative curvature is not remembered', async () => {
  const x = new Float32Array(2)
  const optimizer = new Lbfgs(options, 2)
  // From (0, 0) to (−0.5, −0.5); the gradient grows on the way down.
  const evaluate = scripted([9, 2, 2], [8, 4, 2], [7, 4, 1])
  await optimizer.step(x, evaluate)
  await optimizer.step(x, evaluate)
  expect([...x]).toEqual([-4.5, -2.5])
  expect(optimizer.stateBytes).toBe(3 * 2 * 4)
})

it('Until a pair is remembered, each step is ten times as long as the one before', async () => {
  const x = new Float32Array(2)
  const optimizer = new Lbfgs(options, 2)
  const evaluate = scripted([9, 2000, 2000], [9, 2000, 2000], [9, 2000, 2000])
  const moves: number[] = []
  for (let step = 0; step < 3; step++) {
    const before = x[0]!
    await optimizer.step(x, evaluate)
    moves.push(before - x[0]!)
  }
  expect(moves).toEqual([0.5, 5, 50])
})

it('A pair of positive curvature is remembered, and scales the next direction by yᵀs / yᵀy', async () => {
  const x = new Float32Array(2)
  const optimizer = new Lbfgs(options, 2)
  // s = (−0.5, −0.5), y = (−1, −1): half the way back along the rest of the gradient.
  const evaluate = scripted([9, 2, 2], [8, 1, 1])
  await optimizer.step(x, evaluate)
  await optimizer.step(x, evaluate)
  expect([...x]).toEqual([-1, -1])
  expect(optimizer.stateBytes).toBe(5 * 2 * 4)
})

it('A refused pair does not push the oldest one out of a full ring', async () => {
  const x = new Float32Array(2)
  const optimizer = new Lbfgs({ ...options, history: 1 }, 2)
  const evaluate = scripted([9, 2, 2], [8, 1, 1], [7, 2, 2], [6, 1, 1])
  for (let step = 0; step < 3; step++) await optimizer.step(x, evaluate)
  // Third step: y = (1, 1) on s = (−0.5, −0.5) is refused, so H is still 0.5 along (1, 1).
  expect([...x]).toEqual([-2, -2])
})

it('A canvas that was clamped between two steps gives the pair of how it really moved', async () => {
  const x = new Float32Array(2)
  const optimizer = new Lbfgs(options, 2)
  const evaluate = scripted([9, 2, 2], [8, 1, 1])
  await optimizer.step(x, evaluate)
  x.fill(-0.25)
  await optimizer.step(x, evaluate)
  // s = (−0.25, −0.25), y = (−1, −1): H = 0.25.
  expect([...x]).toEqual([-0.5, -0.5])
})

it('A ring of two pairs over 20 steps equals a naive implementation that keeps every pair', async () => {
  const x = start()
  const optimizer = new Lbfgs({ ...options, history: 2 }, size)
  const evaluate = makeEvaluate()
  for (let step = 0; step < 20; step++) await optimizer.step(x, evaluate)
  const expected = await naive(2, 20)
  const error = Math.max(...expected.map((value, i) => Math.abs(value - x[i]!)))
  expect(error).toBeLessThan(1e-5)
})

for (const lineSearch of ['none', 'strong-wolfe'] as const) {
  it(`The trajectory does not change where the loss is a millionth of a millionth (line search ${lineSearch})`, async () => {
    const [a, b] = [start(), start()]
    const optimizers = [
      new Lbfgs({ ...options, lineSearch }, size),
      new Lbfgs({ ...options, lineSearch }, size),
    ]
    // A power of two, so that not even the rounding differs.
    const evaluate = [makeEvaluate(), makeEvaluate(2 ** -40)]
    for (let step = 0; step < 12; step++) {
      await optimizers[0]!.step(a, evaluate[0]!)
      const { stopped } = await optimizers[1]!.step(b, evaluate[1]!)
      expect(stopped).toBe(false)
    }
    expect(b).toEqual(a)
  })
}

it('A vanishing gradient stops it', async () => {
  const x = Float32Array.of(1, 1)
  const optimizer = new Lbfgs(options, 2)
  const evaluate = scripted([9, 0, 0], [9, 2, 2], [8, 1e-7, -1e-7])
  expect(await optimizer.step(x, evaluate)).toEqual({ loss: 9, evaluations: 1, stopped: true })
  expect((await optimizer.step(x, evaluate)).stopped).toBe(false)
  expect((await optimizer.step(x, evaluate)).stopped).toBe(true)
  expect([...x]).toEqual([0.5, 0.5])
})

it('A gradient of 1e-7 stops it even where the direction is long', async () => {
  const x = new Float32Array(1)
  const optimizer = new Lbfgs(options, 1)
  // yᵀs / yᵀy = 1e6, so that gᵀd = −8e-9.
  const evaluate = scripted([9, 2], [8, 1.999999], [7, 0.9e-7])
  await optimizer.step(x, evaluate)
  await optimizer.step(x, evaluate)
  expect((await optimizer.step(x, evaluate)).stopped).toBe(true)
})

it('A move of no more than 1e-9 stops it', async () => {
  const report = new Lbfgs({ ...options, learningRate: 1e-9 }, 1).step(new Float32Array(1), scripted([9, 2]))
  expect((await report).stopped).toBe(true)
})

it('A loss that no longer changes stops it, and a change of the objective wakes it', async () => {
  const x = new Float32Array(2)
  const optimizer = new Lbfgs(options, 2)
  const evaluate = scripted([9, 2, 2], [8, 1, 1], [8, 1, 1], [20, 1, 1])
  const stopped: boolean[] = []
  for (let step = 0; step < 4; step++) stopped.push((await optimizer.step(x, evaluate)).stopped)
  expect(stopped).toEqual([false, false, true, false])
})

it('At the minimum it stops by itself', async () => {
  const x = start()
  const optimizer = new Lbfgs({ ...options, lineSearch: 'strong-wolfe', history: 10 }, size)
  const evaluate = makeEvaluate()
  let steps = 0
  while (!(await optimizer.step(x, evaluate)).stopped) expect(++steps).toBeLessThan(200)
  const { gradient } = await evaluate(x)
  expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(1e-2)
})

it('A line search that meets a NaN leaves the canvas where it was', async () => {
  const x = new Float32Array(2)
  const optimizer = new Lbfgs({ ...options, lineSearch: 'strong-wolfe' }, 2)
  const thrown = optimizer.step(x, scripted([9, 2, 2], [Number.NaN, 1, 1]))
  await expect(thrown).rejects.toMatchObject({
    code: 'diverged',
    message: 'The painting became unstable (loss NaN) and was stopped.',
  })
  expect([...x]).toEqual([0, 0])
  // The careful first length still applies.
  await optimizer.step(x, scripted([9, 2, 2], [8, 1, 1]))
  expect([...x]).toEqual([-0.5, -0.5])
})

it('After a rescale it holds nothing and takes the careful first step again', async () => {
  const optimizer = new Lbfgs(options, 2)
  const evaluate = scripted([9, 2, 2], [8, 1, 1], [7, 8, 0, 0, 0], [6, 4, 0, 0, 0])
  const x = new Float32Array(2)
  await optimizer.step(x, evaluate)
  await optimizer.step(x, evaluate)
  optimizer.rescale(4)
  expect(optimizer.stateBytes).toBe(0)
  const larger = new Float32Array(4)
  await optimizer.step(larger, evaluate)
  expect([...larger]).toEqual([-1, 0, 0, 0])
  await optimizer.step(larger, evaluate)
  expect([...larger]).toEqual([-2, 0, 0, 0])
})

it('A state with more pairs than the history holds is refused', async () => {
  const optimizer = new Lbfgs({ ...options, history: 4 }, size)
  const x = start()
  const evaluate = makeEvaluate()
  for (let step = 0; step < 6; step++) await optimizer.step(x, evaluate)
  expect(() => new Lbfgs(options, size).restore(optimizer.save())).toThrow(
    'does not fit: it has 4 pairs, the history holds 2.',
  )
})

/** L-BFGS as the textbook has it, in plain arrays of doubles. */
async function naive(history: number, steps: number): Promise<number[]> {
  const evaluate = makeEvaluate()
  const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
  const pairs: { s: number[]; y: number[] }[] = []
  let x = [...start()]
  let g = [...(await evaluate(Float32Array.from(x))).gradient]
  let length = 1 / g.reduce((sum, value) => sum + Math.abs(value), 0)
  for (let step = 0; step < steps; step++) {
    let q = g.map((value) => -value)
    const recent = pairs.slice(-history).reverse()
    const alphas = recent.map(({ s, y }) => {
      const alpha = dot(s, q) / dot(s, y)
      q = q.map((value, i) => value - alpha * y[i]!)
      return alpha
    })
    const newest = recent[0]
    if (newest) q = q.map((value) => (value * dot(newest.s, newest.y)) / dot(newest.y, newest.y))
    for (const [index, { s, y }] of [...recent.entries()].reverse()) {
      const beta = dot(y, q) / dot(s, y)
      q = q.map((value, i) => value + (alphas[index]! - beta) * s[i]!)
    }
    const next = [...Float32Array.from(x, (value, i) => value + length * q[i]!)]
    const nextG = [...(await evaluate(Float32Array.from(next))).gradient]
    pairs.push({ s: next.map((value, i) => value - x[i]!), y: nextG.map((value, i) => value - g[i]!) })
    x = next
    g = nextG
    length = 1
  }
  return x
}
