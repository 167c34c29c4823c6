import { optimiseJob } from '../../src/shared/contract/optimise-job.ts'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import {
  appPaths,
  EngineHost,
  readAppVersion,
  resolveWeights,
  runJob,
  spawnChild,
} from '../../src/host/index.ts'
import { parameters, type PartialParameters } from '../../src/shared/contract/parameters.ts'
import { pairs } from './pairs.ts'

const base: PartialParameters = { sizePx: 192, steps: 150 }
const photo = 'photo-lake.jpg'
const painting = 'painting-brush.jpg'
/** How the two halves are shown, whatever size they were painted in. */
const [halfWidthPx, halfHeightPx, gapPx] = [192, 128, 4]
/** Mean difference in 0–255 below which nobody sees any. */
const visible = 1

/**
 * Paints the pictures of the guide with our own engine and the built-in network, and writes a pair into `folder` where the two differ.
 *
 * @param only names of parameters; all where there are none
 */
export async function paintPairs(folder: string, only: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const painter = new Painter()
  try {
    for (const [name, { left, right, both }] of Object.entries(pairs)) {
      const file = join(folder, `${name}.jpg`)
      if (only.length > 0 ? !only.includes(name) : existsSync(file)) continue
      const halves = [
        await painter.paint({ ...both, ...left }),
        await painter.paint({ ...both, ...right }),
      ] as const
      const difference = await differenceOf(...halves)
      if (difference >= visible) await writePair(file, halves)
      else rmSync(file, { force: true })
      const size = existsSync(file) ? `${Math.round(statSync(file).size / 1000)} kB` : 'no pair'
      console.log(`${name}: ${difference.toFixed(1)} of 255, ${size}`)
    }
  } finally {
    await painter.close()
  }
}

class Painter {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pastiche-guide-'))
  readonly #engine = new EngineHost({
    spawn: spawnChild(appPaths().workerFile),
    appVersion: readAppVersion(),
  })
  readonly #painted = new Map<string, string>()

  /** The path of a picture; the same parameters are painted once. */
  async paint(changes: PartialParameters): Promise<string> {
    const chosen = parameters.parse({ ...base, ...changes })
    const key = JSON.stringify(chosen)
    const before = this.#painted.get(key)
    if (before !== undefined) return before
    const samples = join(appPaths().resources, 'samples')
    const path = join(this.#folder, `${this.#painted.size}.png`)
    const { outcome } = runJob(
      this.#engine,
      optimiseJob({
        content: join(samples, photo),
        styles: [{ path: join(samples, painting) }],
        output: { path },
        parameters: chosen,
        resources: { device: 'cpu' },
        network: resolveWeights(chosen.network),
      }),
    )
    const ended = await outcome
    if (ended.state !== 'done') throw new Error(`Expected a picture, the job is ${ended.state}: ${key}`)
    this.#painted.set(key, path)
    return path
  }

  async close(): Promise<void> {
    await this.#engine.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function half(path: string): Sharp {
  return sharp(path).removeAlpha().resize(halfWidthPx, halfHeightPx, { kernel: 'lanczos3' })
}

async function differenceOf(a: string, b: string): Promise<number> {
  const [one, other] = await Promise.all([a, b].map((path) => half(path).raw().toBuffer()))
  return one!.reduce((sum, value, index) => sum + Math.abs(value - other![index]!), 0) / one!.length
}

async function writePair(file: string, [left, right]: readonly [string, string]): Promise<void> {
  await sharp({
    create: { width: 2 * halfWidthPx + gapPx, height: halfHeightPx, channels: 3, background: '#ffffff' },
  })
    .composite([
      { input: await half(left).png().toBuffer(), left: 0, top: 0 },
      { input: await half(right).png().toBuffer(), left: halfWidthPx + gapPx, top: 0 },
    ])
    .jpeg({ quality: 84, mozjpeg: true })
    .toFile(file)
}
