import { optimiseJob, type OptimiseRequest } from '../../shared/contract/optimise-job.ts'
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { hugeCheckpoint } from '../../../tests/support/run-state.ts'
import { shippedNetwork } from '../../../tests/support/shipped-network.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { picturePath, type JobSpec, type Outcome } from '../../shared/contract/job.ts'
import type { PartialParameters } from '../../shared/contract/parameters.ts'
import { mergeParameters } from '../../shared/merge-parameters.ts'
import { checkJob } from './check-job.ts'
import { keepLastGood } from './save-output.ts'
import { saveCheckpoint, startJob, type JobListeners } from './start-job.ts'

const temporary = temporaryFolder()
const at = (...names: string[]): string => join(temporary.path, ...names)

async function picture(name: string, width = 48, height = 32): Promise<string> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const
  await sharp({ create: { width, height, channels: 3, background: '#a06040', noise } })
    .png()
    .toFile(at(name))
  return at(name)
}
const photo = await picture('photo.png')
const style = await picture('style.png', 40, 40)

type Changes = Partial<Omit<OptimiseRequest, 'parameters' | 'output'>> & {
  parameters?: PartialParameters
  output?: Partial<JobSpec['output']>
}
function job({ parameters, output, ...changes }: Changes = {}): JobSpec {
  return optimiseJob({
    content: photo,
    styles: [{ path: style }],
    output: { path: at('painted', 'photo-pastiche.png'), placing: 'new', ...output },
    parameters: mergeParameters({ sizePx: 32, coarsestPx: 32, steps: 2, ...parameters }),
    resources: { device: 'cpu' },
    network: shippedNetwork,
    ...changes,
  })
}

const quiet: JobListeners = { progress: () => undefined, preview: () => undefined, notice: () => undefined }

/** @param stopAt the step after which it is stopped; 0: at once */
async function paint(asked: JobSpec, stopAt = Infinity): Promise<Outcome> {
  const run = await startJob(asked, {
    ...quiet,
    progress: ({ detail: { totalStep } }) => {
      if (totalStep >= stopAt) run.control({ kind: 'stop' })
    },
  })
  if (stopAt === 0) run.control({ kind: 'stop' })
  return run.outcome
}

function nameOf(outcome: Outcome): string | null {
  const path = picturePath(outcome)
  return path === null ? null : basename(path)
}

function filesIn(folder: string): string[] {
  return readdirSync(at(folder)).sort()
}

describe('a finished picture', () => {
  it('takes the next free number, and replaces where it is told to', async () => {
    expect(nameOf(await paint(job()))).toBe('photo-pastiche.png')
    const first = readFileSync(at('painted', 'photo-pastiche.png'))
    expect(nameOf(await paint(job({ parameters: { steps: 3 } })))).toBe('photo-pastiche-2.png')
    expect(readFileSync(at('painted', 'photo-pastiche.png'))).toEqual(first)
    const replacing = job({ output: { placing: 'overwrite' }, parameters: { steps: 3 } })
    expect(nameOf(await paint(replacing))).toBe('photo-pastiche.png')
    expect(readFileSync(at('painted', 'photo-pastiche.png'))).not.toEqual(first)
    expect(filesIn('painted')).toEqual(['photo-pastiche-2.png', 'photo-pastiche.png'])
  })

  it('is kept in a fallback folder where its folder has become a file, under a name that is free there', async () => {
    mkdirSync(at('fallback'))
    writeFileSync(at('fallback', 'r.png'), 'of the user')
    const asked = job({ output: { path: at('lost', 'r.png'), fallbackFolders: [at('fallback')] } })
    const notices: string[] = []
    const run = await startJob(asked, {
      ...quiet,
      notice: (message) => notices.push(message),
      progress: ({ detail: { totalStep } }) => {
        if (totalStep > 1) return
        rmSync(at('lost'), { recursive: true })
        writeFileSync(at('lost'), 'a file')
      },
    })
    expect(await run.outcome).toMatchObject({ state: 'done', outputs: [{ path: at('fallback', 'r-2.png') }] })
    expect(readFileSync(at('fallback', 'r.png'), 'utf8')).toBe('of the user')
    expect(notices.join()).toContain(at('fallback', 'r-2.png'))
  })
})

describe('an unfinished picture', () => {
  it('gets a name of its own, whatever may be replaced', async () => {
    for (const placing of ['new', 'overwrite'] as const) {
      const output = { path: at(placing, 'a.png'), placing }
      await paint(job({ output }))
      const finished = readFileSync(at(placing, 'a.png'))
      const long = job({ output, parameters: { steps: 1000 } })
      expect(nameOf(await paint(long, 1))).toBe('a-unfinished.png')
      expect(nameOf(await paint(long, 1))).toBe('a-unfinished-2.png')
      expect(readFileSync(at(placing, 'a.png'))).toEqual(finished)
    }
  })

  it('keeps the name that is the caller’s own', async () => {
    const output = { path: at('own', 'result.png'), placing: 'own' as const }
    expect(nameOf(await paint(job({ output, parameters: { steps: 1000 } }), 1))).toBe('result.png')
  })

  it('is not saved before the first step', async () => {
    mkdirSync(at('unbegun'))
    // A first scale without steps: the stop is heard before the second.
    const scales = [
      { sizePx: 32, steps: 0 },
      { sizePx: 48, steps: 1000 },
    ]
    const outcome = await paint(job({ output: { path: at('unbegun', 'a.png') }, parameters: { scales } }), 0)
    expect(outcome).toMatchObject({ state: 'stopped', outputs: [] })
    expect(filesIn('unbegun')).toEqual([])
  })

  it('of a run that diverges gets a name of its own, and there is none where the first step failed', async () => {
    const output = { path: at('astray', 'a.png'), placing: 'overwrite' as const }
    await paint(job({ output }))
    const finished = readFileSync(at('astray', 'a.png'))
    const wild = { output, parameters: { steps: 50, learningRate: 100, clamp: false, contentWeight: 1e12 } }
    let steps = 0
    const run = await startJob(job(wild), { ...quiet, progress: () => steps++ })
    const outcome = await run.outcome
    expect(outcome).toMatchObject({ state: 'failed', error: { code: 'diverged' } })
    expect(readFileSync(at('astray', 'a.png'))).toEqual(finished)
    expect(steps).toBeGreaterThan(0)
    expect(nameOf(outcome)).toBe('a-unfinished.png')
    const unbegun = {
      stepsDone: 0,
      product: () => {
        throw new Error('There is none.')
      },
    }
    expect(await keepLastGood(unbegun, job(wild))).toBeNull()
  })

  it('of a checkpoint is one too', async () => {
    const checkpoint = { path: at('saved.checkpoint'), everyMs: 0, resume: 'no' as const }
    const asked = job({ output: { path: at('rescue', 'a.png') }, checkpoint, parameters: { steps: 1000 } })
    const run = await startJob(asked, {
      ...quiet,
      progress: ({ detail: { totalStep } }) => {
        if (totalStep === 2) run.control({ kind: 'suspend' })
      },
    })
    expect(await run.outcome).toEqual({ state: 'suspended', outputs: [] })
    expect(basename((await saveCheckpoint(asked)).path)).toBe('a-unfinished.png')
  })
})

describe('a job whose checkpoint there is too little memory for', () => {
  it.skipIf(process.platform === 'win32')('fails so that it can be tried again, and keeps it', async () => {
    hugeCheckpoint(at('huge.checkpoint'))
    const checkpoint = { path: at('huge.checkpoint'), everyMs: 0, resume: 'exact' as const }
    await expect(startJob(job({ checkpoint }), quiet)).rejects.toMatchObject({ code: 'out-of-memory' })
    expect(statSync(at('huge.checkpoint')).size).toBeGreaterThan(1e11)
  })
})

describe('a check', () => {
  const problemOf = async (changes: Changes): Promise<unknown> => (await checkJob(job(changes))).problem

  it('passes what can be painted, and leaves nothing behind', async () => {
    const preview = { everySteps: 1, folder: at('unmade', 'previews') }
    expect(await problemOf({ output: { path: at('unmade', 'a.png') }, preview })).toBeNull()
    expect(readdirSync(temporary.path)).not.toContain('unmade')
  })

  it('finds a style that is too narrow for the deepest tap, before a run does', async () => {
    const narrow = await picture('narrow.png', 800, 20)
    const changes = { styles: [{ path: narrow, weight: 1, edit: { quarterTurns: 0, crop: null } }] }
    expect(await problemOf(changes)).toMatchObject({
      error: { code: 'picture-too-small', message: expect.stringContaining(narrow) as string },
      concerns: 'both',
    })
    await expect(startJob(job(changes), quiet)).rejects.toMatchObject({ code: 'picture-too-small' })
  })

  it('finds damaged pictures, and says whose they are', async () => {
    const whole = await sharp(photo).resize(400).jpeg().toBuffer()
    const damaged = temporary.file('damaged.jpg', whole.subarray(0, whole.length / 2))
    const styles = [{ path: damaged, weight: 1, edit: { quarterTurns: 0, crop: null } }]
    expect(await problemOf({ content: damaged })).toMatchObject({ concerns: 'photo' })
    expect(await problemOf({ styles })).toMatchObject({ concerns: 'settings' })
    const start = { start: damaged, parameters: { init: 'picture' } } as const
    expect(await problemOf(start)).toMatchObject({ concerns: 'settings' })
    const missing = at('missing.jpg')
    expect(await problemOf({ content: missing, styles })).toMatchObject({
      concerns: 'settings',
      error: { message: expect.stringContaining(damaged) as string },
    })
  })

  it('finds weights that are missing, and folders that take no files', async () => {
    expect(await problemOf({ network: at('none.safetensors') })).toMatchObject({ concerns: 'settings' })
    const inFile = temporary.file('a-file', 'x')
    for (const changes of [
      { output: { path: join(inFile, 'a.png') } },
      { preview: { everySteps: 1, folder: inFile } },
    ])
      expect(await problemOf(changes)).toMatchObject({ error: { code: 'output-not-writable' } })
  })

  it.skipIf(process.platform === 'win32')('finds inputs that would be replaced, under any name', async () => {
    mkdirSync(at('steps'))
    linkSync(style, at('steps', 'step-000001.png'))
    mkdirSync(at('links'))
    symlinkSync(photo, at('links', 'step-000002.png'))
    linkSync(photo, at('hard.png'))
    for (const changes of [
      { preview: { everySteps: 1, folder: at('steps') } },
      { preview: { everySteps: 1, folder: at('links') } },
      { output: { path: at('hard.png'), placing: 'overwrite' as const } },
      { checkpoint: { path: photo, everyMs: 0, resume: 'no' as const } },
    ])
      expect(await problemOf(changes)).toMatchObject({ error: { code: 'output-is-input' } })
  })

  it('finds outputs that are in each other’s way', async () => {
    const previews = { everySteps: 1, folder: at('clash') }
    for (const path of [at('clash', 'step-000001.png'), at('clash', 'STEP-000001.PNG')])
      expect(await problemOf({ output: { path }, preview: previews })).toMatchObject({
        error: { code: 'invalid-request' },
      })
    const inResult = { everySteps: 1, folder: at('a.png', 'previews') }
    expect(await problemOf({ output: { path: at('a.png') }, preview: inResult })).toMatchObject({
      error: { code: 'invalid-request' },
    })
  })
})

describe('previews', () => {
  it('replace no file that is there, but know their own from before a crash', async () => {
    const preview = { everySteps: 1, folder: at('previews') }
    const asked = job({ output: { path: at('p.png') }, preview })
    await paint(asked)
    await paint(asked)
    expect(filesIn('previews')).toEqual(['step-000001.png', 'step-000002.png'])
    const before = readFileSync(at('previews', 'step-000001.png'))
    await paint(job({ output: { path: at('p.png') }, preview, parameters: { init: 'noise' } }))
    expect(filesIn('previews')).toEqual(['1-2', '1', '2-2', '2'].map((end) => `step-00000${end}.png`))
    expect(readFileSync(at('previews', 'step-000001.png'))).toEqual(before)
  })
})
