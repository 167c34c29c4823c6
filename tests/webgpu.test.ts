import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { bundledDevices } from '../src/engine/runtime/ort.ts'
import { swiftShaderEnvironment } from './support/swiftshader.ts'

type Outputs = Record<string, number[]>

const environment = swiftShaderEnvironment()

/** Why this machine cannot try WebGPU; null where it can. */
function obstacle(): string | null {
  if (process.platform !== 'linux') return 'SwiftShader is used on Linux only'
  if (!bundledDevices().includes('webgpu')) return 'this build of ONNX Runtime has no WebGPU'
  return environment ? null : 'no SwiftShader found; install Chromium (Debian: apt install chromium)'
}

it('WebGPU gives the loss and the gradients of the CPU', async ({ skip }) => {
  const reason = obstacle()
  if (reason !== null) {
    process.stderr.write(`SKIPPED, WebGPU is not tested: ${reason}.\n`)
    skip(reason)
  }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'tests/support/device-run.ts'],
    { env: { ...process.env, ...environment }, timeout: 120_000, maxBuffer: 64 * 2 ** 20 },
  )
  const { cpu, webgpu } = JSON.parse(stdout) as { cpu: Outputs; webgpu: Outputs }
  expect(Object.keys(webgpu)).toEqual(Object.keys(cpu))
  for (const [name, expected] of Object.entries(cpu)) {
    const size = Math.max(...expected.map(Math.abs))
    expect(size, `size of ${name}`).toBeGreaterThan(0)
    const error = Math.max(...expected.map((value, i) => Math.abs(value - webgpu[name]![i]!))) / size
    expect(error, `error of ${name}`).toBeLessThanOrEqual(1e-3)
  }
}, 180_000)
