import { describe, expect, it, vi } from 'vitest'
import type { ConcreteDeviceId } from '../../../shared/contract/device.ts'
import type { LossParts } from '../../../shared/methods/optimise.ts'
import { firstEditionCheckpoint } from '../../../../tests/support/first-edition-checkpoint.ts'
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts'
import { parameters, type PartialParameters } from '../../../shared/contract/parameters.ts'
import { vggLayers } from '../../models/layers.ts'
import { seededWeights } from '../../models/seeded.ts'
import { createRandom } from '../../random.ts'
import { preprocessings } from '../../models/network-weights.ts'
import { readRunState, writeRunState } from '../../task/checkpoint.ts'
import type { Planes } from '../../tensor/planes.ts'
import { ObjectiveSession } from '../../objective/session.ts'
import { CanvasSpace } from './canvas-space.ts'
import { makePlan } from './plan.ts'
import { Run, type RunListeners, type RunResult } from './run.ts'
import type { RunState } from '../run-state.ts'

const temporary = temporaryFolder()
const layers = vggLayers({ convolutions: [2, 2, 1], widths: [8, 8, 8] })
const weights = seededWeights(layers, 1, preprocessings.torchvision)

function picture(seed: number, widthPx = 40, heightPx = 24): Planes {
  const random = createRandom(seed)
  return {
    widthPx,
    heightPx,
    rgb: Float32Array.from({ length: 3 * widthPx * heightPx }, () => random.uniform()),
  }
}

function makeRun(
  changes: PartialParameters = {},
  listeners: RunListeners = {},
  device: ConcreteDeviceId = 'cpu',
): Run {
  const settings = parameters.parse({
    contentLayers: { relu2_2: 1 },
    styleLayers: { relu1_1: 1, relu2_1: 1 },
    contentWeight: 1,
    styleWeight: 10,
    sizePx: 40,
    coarsestPx: 16,
    steps: 9,
    learningRate: 0.02,
    ...changes,
  })
  const content = picture(1)
  return new Run(
    {
      content,
      styles: [{ picture: picture(2), weight: 1 }],
      initPicture: null,
      layers,
      weights,
      parameters: settings,
      plan: makePlan(content, settings, layers),
      device,
      threads: 1,
    },
    listeners,
  )
}

const optimizers = ['adam', 'adamw', 'lamb', 'lbfgs'] as const

describe('a run', () => {
  it('lowers the loss at every scale', async () => {
    const losses = new Map<number, number[]>()
    await makeRun(
      { steps: 30 },
      { onProgress: ({ scale, loss }) => push(losses, scale.index, loss.total) },
    ).paint()
    expect(losses.size).toBe(2)
    for (const values of losses.values()) expect(values.at(-1)).toBeLessThan(values[0]!)
  })

  it.each(optimizers)('gives the same bytes twice with %s', async (optimizer) => {
    const settings = { optimizer, averaging: 0.9, init: 'noise', seed: 7 } as const
    const [first, second] = [await makeRun(settings).paint(), await makeRun(settings).paint()]
    expect(second.rgb).toEqual(first.rgb)
  })

  it('depends on the seed of its noise', async () => {
    const [first, second] = [1, 2].map((seed) => makeRun({ init: 'noise', seed, steps: 1 }).paint())
    expect((await second!).rgb).not.toEqual((await first!).rgb)
  })

  it.each(optimizers)('continues from a saved state to the same bytes with %s', async (optimizer) => {
    const settings = { optimizer, averaging: 0.5, space: 'normalised', clamp: false } as const
    const undisturbed = await makeRun(settings).paint()
    for (const stopAfter of [2, 7]) {
      const state = await saveAfter(stopAfter, settings)
      const resumed = makeRun(settings)
      resumed.restore(state)
      expect((await resumed.paint()).rgb).toEqual(undisturbed.rgb)
    }
  })

  it.each(optimizers)('continues a job of the first edition to the same bytes with %s', async (optimizer) => {
    const settings = { optimizer, averaging: 0.5 } as const
    const undisturbed = await makeRun(settings).paint()
    const path = temporary.file('first', firstEditionCheckpoint(await saveAfter(5, settings)))
    const resumed = makeRun(settings)
    resumed.restore((await readRunState(path))!)
    expect((await resumed.paint()).rgb).toEqual(undisturbed.rgb)
  })

  it('refuses the state of another job', async () => {
    const state = await saveAfter(2, {})
    expect(() => makeRun({ seed: 1, init: 'noise' }).restore(state)).toThrow(
      'The saved progress belongs to another job.',
    )
  })

  it('continues with the sliders where they stood, to the same bytes', async () => {
    const settings = { optimizer: 'lbfgs', averaging: 0.5 } as const
    const moved = { contentWeight: 3, tvWeight: 2 }
    const moveAt3 = (run: () => Run) => {
      let done = 0
      return () => ++done === 3 && run().setWeights(moved)
    }
    const undisturbed: Run = makeRun(settings, { onProgress: moveAt3(() => undisturbed) })
    const expected = await undisturbed.paint()
    for (const stopAfter of [3, 6]) {
      let done = 0
      const move = moveAt3(() => run)
      const onProgress = (): void => {
        move()
        if (++done === stopAfter) run.stop()
      }
      const run: Run = makeRun(settings, { onProgress })
      await run.paint()
      const resumed = makeRun({ ...settings, ...moved })
      resumed.restore(run.snapshot())
      expect((await resumed.paint()).rgb).toEqual(expected.rgb)
    }
  })

  it('adapts to a lower top scale and a shorter history, and ends at that size', async () => {
    const settings = { optimizer: 'lbfgs', coarsestPx: 20 } as const
    const state = await saveAfter(8, settings)
    expect(state.size.widthPx).toBe(40)
    const scales = [
      { sizePx: 20, steps: 6 },
      { sizePx: 28, steps: 3 },
    ]
    const gentler = makeRun({ ...settings, scales, history: 3 })
    expect(() => gentler.restore(state)).toThrow('The saved progress belongs to another job.')
    gentler.restore(state, { adapt: true })
    expect((await gentler.paint()).widthPx).toBe(28)
  })

  it('continues to count the time of a run that is continued', async () => {
    const state = await saveAfter(2, {})
    const resumed = makeRun()
    resumed.restore({ ...state, elapsedMs: 60_000 })
    expect((await resumed.paint()).elapsedMs).toBeGreaterThan(60_000)
  })

  it('keeps what it has where a state cannot be restored', async () => {
    const state = await saveAfter(2, {})
    const run = makeRun()
    const ofAnother = await saveAfter(2, { optimizer: 'lbfgs' })
    expect(() => run.restore({ ...state, optimizer: ofAnother.optimizer })).toThrow()
    expect(run.stepsDone).toBe(0)
    expect((await run.paint()).rgb).toEqual((await makeRun().paint()).rgb)
  })

  it('has a picture as soon as it is adapted to a lower scale, before it takes a step', async () => {
    const state = await saveAfter(8, { averaging: 0.9 })
    const scales = [
      { sizePx: 20, steps: 6 },
      { sizePx: 28, steps: 3 },
    ]
    const gentler = makeRun({ averaging: 0.9, scales })
    gentler.restore(state, { adapt: true })
    const { rgb, widthPx } = gentler.canvas()
    expect(widthPx).toBe(28)
    expect(rgb.every((value) => value >= 0 && value <= 1)).toBe(true)
  })

  it('evaluates every step of a scale in one buffer', async () => {
    const evaluate = vi.spyOn(ObjectiveSession.prototype, 'evaluate')
    try {
      await makeRun({ steps: 9 }).paint()
      const buffers = new Set(evaluate.mock.calls.map(([canvas]) => canvas))
      expect(evaluate.mock.calls).toHaveLength(9)
      expect(buffers.size).toBe(2)
    } finally {
      evaluate.mockRestore()
    }
  })

  it('tells of each scale that it enters, and of a pause once it rests', async () => {
    const milestones: number[] = []
    const run: Run = makeRun(
      { steps: 9 },
      {
        onMilestone: () => {
          const { totalStep } = run.snapshot()
          milestones.push(totalStep)
          run.resume()
        },
        onProgress: ({ totalStep }) => totalStep === 2 && run.pause(),
      },
    )
    await run.paint()
    expect(milestones).toEqual([2, 6])
  })

  it('stops after the step in hand and keeps the canvas', async () => {
    let steps = 0
    const run: Run = makeRun({ steps: 30 }, { onProgress: () => ++steps === 4 && run.stop() })
    expect((await run.paint()).state).toBe('stopped')
    expect(steps).toBe(4)
  })

  it('takes no step while it is paused, and ends like an undisturbed run', async () => {
    let steps = 0
    const { promise: paused, resolve } = withResolver()
    const onProgress = (): void => {
      if (++steps !== 3) return
      run.pause()
      resolve()
    }
    const run: Run = makeRun({}, { onProgress })
    const painting = run.paint()
    await paused
    await new Promise((later) => setTimeout(later, 50))
    expect(steps).toBe(3)
    run.resume()
    expect((await painting).rgb).toEqual((await makeRun().paint()).rgb)
  })

  it('can be stopped while it is paused', async () => {
    const { promise: paused, resolve } = withResolver()
    const onProgress = (): void => {
      run.pause()
      resolve()
    }
    const run: Run = makeRun({}, { onProgress })
    const painting = run.paint()
    await paused
    run.stop()
    expect((await painting).state).toBe('stopped')
  })

  it('is not paused any more once it was stopped', async () => {
    const run: Run = makeRun({ steps: 30 })
    run.stop()
    run.pause()
    expect((await run.paint()).state).toBe('stopped')
  })

  it('follows a weight that changes between two steps', async () => {
    const parts: LossParts[] = []
    const run: Run = makeRun(
      { steps: 4, coarsestPx: 40, learningRate: 1e-6 },
      { onProgress: ({ loss }) => parts.push(loss) === 2 && run.setWeights({ styleWeight: 30 }) },
    )
    await run.paint()
    expect(parts[2]!.style / parts[1]!.style).toBeCloseTo(3, 2)
    expect(parts[2]!.content).toBeCloseTo(parts[1]!.content, 2)
  })

  it('takes in a loss whose weight was 0', async () => {
    const parts: LossParts[] = []
    const run: Run = makeRun(
      { steps: 4, coarsestPx: 40, tvWeight: 0 },
      {
        onProgress: ({ loss }) => parts.push(loss) === 2 && run.setWeights({ tvWeight: 1, contentWeight: 0 }),
      },
    )
    await run.paint()
    expect([parts[1]!.variation, parts[3]!.content]).toEqual([0, 0])
    expect(parts[1]!.content).toBeGreaterThan(0)
    expect(parts[3]!.variation).toBeGreaterThan(0)
  })

  it('takes in a loss from the next step on, where its weight is set in the middle of a line search', async () => {
    const variations: number[] = []
    const run: Run = makeRun(
      { steps: 2, coarsestPx: 40, tvWeight: 0, optimizer: 'lbfgs', lineSearch: 'strong-wolfe' },
      { onProgress: ({ loss }) => variations.push(loss.variation) },
    )
    // Called after each evaluation; in the space of RGB it changes nothing.
    const scale = vi.spyOn(CanvasSpace.prototype, 'scaleGradient').mockImplementation((gradient) => {
      run.setWeights({ tvWeight: 1 })
      return gradient
    })
    try {
      await run.paint()
      expect(scale.mock.calls.length).toBeGreaterThan(2)
    } finally {
      scale.mockRestore()
    }
    expect(variations[0]).toBe(0)
    expect(variations[1]).toBeGreaterThan(0)
  })

  it('reconstructs the photo from noise with the content loss alone', async () => {
    const alone = {
      styleWeight: 0,
      tvWeight: 0,
      init: 'noise',
      coarsestPx: 40,
      steps: 200,
      contentLayers: { conv1_1: 1 },
    } as const
    const result = await makeRun({ ...alone, learningRate: 0.05 }).paint()
    expect(distance(result, picture(1))).toBeLessThan(0.2 * distance(picture(9), picture(1)))
  })

  it('keeps every colour between 0 and 1', async () => {
    const { rgb } = await makeRun({ clamp: false, learningRate: 1 }).paint()
    expect(Math.min(...rgb)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...rgb)).toBeLessThanOrEqual(1)
  })

  it('ends with a clear error where it diverges, and has kept the best canvas', async () => {
    const run = makeRun({ clamp: false, learningRate: 1000, coarsestPx: 40 })
    await expect(run.paint()).rejects.toMatchObject({ code: 'diverged' })
    expect(distance(run.lastGood(), picture(1))).toBeLessThan(0.01)
  })

  it('continues on the CPU where its device fails, and says why', async () => {
    const absent = process.platform === 'win32' ? 'coreml' : 'directml'
    const notices: string[] = []
    const result = await makeRun({}, { onNotice: (message) => notices.push(message) }, absent).paint()
    expect(notices).toHaveLength(1)
    expect(notices[0]).toBe(
      `This build of ONNX Runtime has no ${absent} device. The run continues on the CPU.`,
    )
    expect(result.rgb).toEqual((await makeRun().paint()).rgb)
  })

  it('tells how much of the work is done: larger scales are more of it, and the last step ends it', async () => {
    const parts: number[] = []
    const steps: number[] = []
    await makeRun(
      {},
      {
        onProgress: ({ part, totalStep, totalSteps }) => {
          parts.push(part)
          steps.push(totalStep / totalSteps)
        },
      },
    ).paint()
    expect(parts).toEqual([...new Set(parts)].sort((a, b) => a - b))
    expect(parts[0]).toBeLessThan(steps[0]!)
    expect(parts.at(-1)).toBe(1)
  })

  it('tells how much is done, and the time that is left, of smoothness alone too', async () => {
    const told: [part: number, remainingMs: number | null][] = []
    const changes = { contentWeight: 0, styleWeight: 0, tvWeight: 1 }
    await makeRun(changes, { onProgress: ({ part, remainingMs }) => told.push([part, remainingMs]) }).paint()
    expect(told[0]![0]).toBeLessThan(1)
    expect(told.slice(1).every(([, ms]) => ms !== null && ms >= 0)).toBe(true)
    expect(told.at(-1)).toEqual([1, 0])
  })

  it('tells the time that is left, down to nothing', async () => {
    const remaining: (number | null)[] = []
    await makeRun({}, { onProgress: ({ remainingMs }) => remaining.push(remainingMs) }).paint()
    expect(remaining.slice(1).every((ms) => ms !== null && ms >= 0)).toBe(true)
    expect(remaining.at(-1)).toBe(0)
  })
})

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}

function push(map: Map<number, number[]>, key: number, value: number): void {
  map.set(key, [...(map.get(key) ?? []), value])
}

async function saveAfter(steps: number, changes: PartialParameters): Promise<RunState> {
  let done = 0
  const run: Run = makeRun(changes, { onProgress: () => ++done === steps && run.stop() })
  await run.paint()
  writeRunState(temporary.file('checkpoint'), run.snapshot())
  return (await readRunState(temporary.file('checkpoint')))!
}

/** Root of the mean squared difference. */
function distance(a: Planes | RunResult, b: Planes): number {
  return Math.sqrt(a.rgb.reduce((sum, value, i) => sum + (value - b.rgb[i]!) ** 2, 0) / a.rgb.length)
}
