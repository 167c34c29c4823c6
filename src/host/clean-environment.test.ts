import { expect, it } from 'vitest'
import { cleanEnvironment } from './clean-environment.ts'

it('keeps what the engine needs and drops start switches and secrets', () => {
  const env = {
    PATH: '/bin',
    HOME: '/home/a',
    VK_ICD_FILENAMES: 'x.json',
    OMP_NUM_THREADS: '2',
    NODE_OPTIONS: '--inspect',
    Node_Options: '--inspect',
    ELECTRON_RUN_AS_NODE: '1',
    NODE_CHANNEL_FD: '3',
    GITHUB_TOKEN: 'a',
    client_secret: 'b',
    DB_PASSWORD: 'c',
    AWS_ACCESS_KEY_ID: 'd',
    https_proxy: 'http://user:pass@host',
  }
  const { ORT_DISABLE_TELEMETRY: _, ...kept } = cleanEnvironment(env)
  expect(Object.keys(kept)).toEqual(['PATH', 'HOME', 'VK_ICD_FILENAMES', 'OMP_NUM_THREADS'])
})

it('silences the reports of ONNX Runtime, whatever the user has set', () => {
  expect(cleanEnvironment({ ORT_DISABLE_TELEMETRY: '0' })).toEqual({ ORT_DISABLE_TELEMETRY: '1' })
})
