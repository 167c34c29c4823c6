/** Runs the static checks in two lanes, one for each of two cores: the linter takes as long as the others together. */
import { spawn } from 'node:child_process'
import { root } from './package/root.ts'

const lanes = [['check:lint'], ['check:types', 'check:format', 'check:layers']]

/** Prints what the check said once it has ended, so that the lanes do not mix. Resolves with whether it found nothing. */
function run(script: string): Promise<boolean> {
  const startMs = performance.now()
  const child = spawn('npm', ['run', '--silent', script], {
    cwd: root,
    // npm is a script for the shell on Windows.
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: Buffer[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said.push(chunk)
    })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      const seconds = ((performance.now() - startMs) / 1000).toFixed(0)
      process.stdout.write(`\n> ${script}: ${code === 0 ? 'passed' : 'FAILED'} in ${seconds} s\n`)
      process.stdout.write(Buffer.concat(said))
      resolve(code === 0)
    })
  })
}

async function runLane(scripts: readonly string[]): Promise<boolean> {
  let isGood = true
  for (const script of scripts) isGood = (await run(script)) && isGood
  return isGood
}

const results = await Promise.all(lanes.map(runLane))
process.exitCode = results.every(Boolean) ? 0 : 1
