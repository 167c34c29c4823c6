import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'

const home = mkdtempSync(join(tmpdir(), 'pastiche-telemetry-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/**
 * Runs a session in a process of its own, whose home and temporary folders are empty; returns the files that it leaves there. ONNX
 * Runtime keeps quiet by itself where it believes to be tested, so nothing may look like that.
 */
async function filesLeftBy(name: string, code: string): Promise<string[]> {
  const folder = join(home, name)
  mkdirSync(join(folder, 'tmp'), { recursive: true })
  const env = { PATH: process.env['PATH'], HOME: folder, TMPDIR: join(folder, 'tmp') }
  await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], { env })
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('tsx-'))
    .map((entry) => entry.name)
}

describe('the engine', () => {
  it.skipIf(process.platform !== 'linux')(
    'lets ONNX Runtime keep no record of what it does, and send none',
    async () => {
      const engine = new URL('../src/engine/index.ts', import.meta.url).href
      const session = `const { listDevices } = await import('${engine}'); await listDevices()`
      expect(await filesLeftBy('engine', session)).toEqual([])
    },
  )
})
