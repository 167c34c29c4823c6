import { readFileSync } from 'node:fs'
import { globSync } from 'tinyglobby'
import { describe, expect, it } from 'vitest'
import { oddLines } from './support/wording.ts'

/** Folders whose comments, messages and test titles are plain English. A folder that has become so is added here. */
const done = [
  'docs',
  'src/cli',
  'src/engine',
  'src/host',
  'src/main',
  'src/preload',
  'src/renderer',
  'src/server',
  'src/shared',
  'src/worker',
  'bench',
  'bin',
  'scripts',
  'tests',
  'training',
]
/** They name the words that they look for. */
const lint = ['!tests/wording.test.ts', '!tests/support/wording.ts']

const folder = (name: string): string => `${name}/**/*.{ts,mjs,svelte,css,html,md}`

describe('the wording', () => {
  it.each(done)('of %s is plain English', (name) => {
    const files = globSync([folder(name), ...lint])
    expect(files).not.toEqual([])
    const found = files.flatMap((file) =>
      oddLines(readFileSync(file, 'utf8')).map((line) => `${file}:${line}`),
    )
    expect(found).toEqual([])
  })

  it.each([
    ['/** Whether it is open. */', '1: /** Whether it is open. */'],
    ['/**\n * Where the weights lie.\n */', '2: * Where the weights lie.'],
    ['  // Told by the host.', '1: // Told by the host.'],
    ['<!-- What is left. -->', '1: <!-- What is left. -->'],
    ["const text = 'The job goes on.'", "1: const text = 'The job goes on.'"],
  ])('finds %j', (text, line) => {
    expect(oddLines(text)).toEqual([line])
  })

  it.each(['/** True if it is open. */', '// Saves what is left.\n// Where it goes is up to the caller.'])(
    'lets %j pass',
    (text) => {
      expect(oddLines(text)).toEqual([])
    },
  )
})
