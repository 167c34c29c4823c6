import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const bin = fileURLToPath(new URL('../../bin/pastiche.mjs', import.meta.url))

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
  /** Resolves once stdout and stderr together have shown this text. */
  readonly shows: (text: string) => Promise<void>
}

/** Starts the command as a user does; `home` keeps it away from the user's own settings and weights. */
export function start(args: readonly string[], options: { cwd: string; home?: string }): Running {
  const env = { ...process.env, PASTICHE_HOME: options.home ?? options.cwd, NO_COLOR: '1' }
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: options.cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  const waiting: { text: string; resolve: () => void }[] = []
  const look = (): void => {
    for (const { text, resolve } of waiting) if ((stdout + stderr).includes(text)) resolve()
  }
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
    look()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
    look()
  })
  return {
    child,
    finished: new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr }))),
    shows: (text) =>
      new Promise((resolve) => {
        waiting.push({ text, resolve })
        look()
      }),
  }
}

export function run(args: readonly string[], options: { cwd: string; home?: string }): Promise<Finished> {
  return start(args, options).finished
}

/** A picture of soft colours with some structure, as raw RGB. */
export function testPicture(widthPx: number, heightPx: number, phase = 0): ReturnType<typeof sharp> {
  const pixels = new Uint8Array(widthPx * heightPx * 3)
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [Math.floor(i / 3) % widthPx, Math.floor(i / 3 / widthPx)]
    pixels[i] = 128 + 100 * Math.sin((x * (1 + (i % 3))) / 9 + phase) * Math.cos(y / 7 + phase)
  }
  return sharp(pixels, { raw: { width: widthPx, height: heightPx, channels: 3 } })
}

/** Events of a `--json` run. */
export function eventsOf(stdout: string): Record<string, unknown>[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

/** photo.png, style.png and an album of two, and the engine built. */
export async function fillFolder(folder: string): Promise<void> {
  await testPicture(96, 64).png().toFile(join(folder, 'photo.png'))
  await testPicture(40, 40, 1).png().toFile(join(folder, 'style.png'))
  mkdirSync(join(folder, 'album'))
  for (const name of ['a', 'b'])
    await testPicture(48, 32)
      .png()
      .toFile(join(folder, 'album', `${name}.png`))
  await run(['--version'], { cwd: folder })
}
