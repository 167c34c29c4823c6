import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { run } from './pastiche.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const temporary = temporaryFolder()
const folder = join(temporary.path, 'a folder')
const scripts: Record<string, string> = {}
/** A name that a shell must not run, complete or otherwise. */
const hostile = 'Evil $(touch ran) `touch ran`'

beforeAll(async () => {
  mkdirSync(join(folder, 'out', 'deep'), { recursive: true })
  for (const name of ['photo.jpg', 'my photo.jpg', "it's.png", '$(touch ran).jpg'])
    writeFileSync(join(folder, name), '')
  for (const name of ['Thick paint', 'Öl 水', hostile])
    expect((await run(['presets', 'save', name], { cwd: folder })).code).toBe(0)
  for (const shell of ['bash', 'zsh', 'fish'])
    scripts[shell] = temporary.file(shell, (await run(['completion', shell], { cwd: folder })).stdout)
})

type Case = readonly [words: string[], offered: string[], missing?: string]

/** Words before the cursor, the last one unfinished; what each shell has to offer, and what not. */
const given: readonly Case[] = [
  [['sty'], ['stylize'], 'serve'],
  [[''], ['stylize', 'models', 'completion', 'serve'], 'complete'],
  [['models', ''], ['download', 'import', 'verify'], 'stylize'],
  [['stylize', '--net'], ['--network'], '--style'],
  [
    ['stylize', '--style-w'],
    ['--style-weight', '--style-weights'],
  ],
  [['models', 'import', '--'], ['--family', '--allow-unverified', '--json'], '--style'],
  [['stylize', '--network', ''], ['compact', 'vgg16', 'vgg19'], 'photo.jpg'],
  [['stylize', '--device', 'c'], ['cpu', 'cuda', 'coreml'], 'webgpu'],
  [['stylize', 'photo.jpg', '--preset', 'Th'], ['Thick paint'], 'Gentle'],
  [['stylize', '-p', 'Ö'], ['Öl 水']],
  [['presets', 'show', 'E'], [hostile], 'Gentle'],
  [['presets', 'save', 'x', '--from', 'Ge'], ['Gentle']],
  [['stylize', 'p'], ['photo.jpg'], 'stylize'],
  [['stylize', '--style', 'm'], ['my photo.jpg']],
  [['stylize', 'photo.jpg', '-s', 'it'], ["it's.png"]],
  [['stylize', '--init', 'p'], ['photo.jpg']],
  [['stylize', '--init', 'n'], ['noise']],
  [['stylize', '--preview-dir', 'o'], ['out'], 'photo.jpg'],
  [['models', 'import', '--family', ''], ['caffe', 'torchvision'], 'photo.jpg'],
  [
    ['models', 'download', 'vgg16-'],
    ['vgg16-keras', 'vgg16-torchvision'],
  ],
  [['models', 'remove', ''], ['vgg16', 'vgg19'], 'vgg16-keras'],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
]
const cases = given.map(([words, offered, missing = null]) => [words, offered, missing] as const)

const isHere = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0
const env = { ...process.env, PASTICHE_HOME: '', TERM: 'dumb' }

describe('completion', () => {
  it('describes every option of every command', async () => {
    const script = (await run(['completion', 'bash'], { cwd: folder })).stdout
    const help = (await run(['stylize', '--help'], { cwd: folder })).stdout
    for (const [option] of help.matchAll(/--[a-z][\w-]+/g)) expect(script).toContain(`'${option}\t`)
  })

  it('is not written for a shell that is not known', async () => {
    expect(await run(['completion', 'tcsh'], { cwd: folder })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('bash, zsh, fish') as string,
    })
  })
})

describe('completion in bash', () => {
  function offeredBy(words: readonly string[]): string[] {
    const line = ['pastiche', ...words]
    const script = [
      'source "$SCRIPT"',
      'complete -p pastiche >/dev/null || exit 1',
      'COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _pastiche',
      `printf '%s\\n' "\${COMPREPLY[@]}"`,
    ]
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script.join('\n'), 'bash', ...line], {
      cwd: folder,
      env: { ...env, PASTICHE_HOME: folder, SCRIPT: scripts['bash'] },
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    return stdout.split('\n').filter((name) => name !== '')
  }

  it.each(cases)('after %j', (words, offered, missing) => {
    const found = offeredBy(words)
    expect(found).toEqual(expect.arrayContaining(offered))
    if (missing !== null) expect(found).not.toContain(missing)
  })

  it.each([
    [
      ['stylize', '--network', '=', 'v'],
      ['vgg16', 'vgg19'],
    ],
    [
      ['stylize', '--network', '='],
      ['compact', 'vgg16', 'vgg19'],
    ],
    [
      ['stylize', '--network=v'],
      ['--network=vgg16', '--network=vgg19'],
    ],
    [['stylize', '--preset', '"Thick p'], ['Thick paint']],
    [['stylize', '--preset', 'Thick\\ p'], ['Thick paint']],
    [['stylize', '--preset', 'THICK'], ['Thick paint']],
    [['stylize', '--', '--'], []],
    [['stylize', '--size', ''], []],
  ])('after %j: exactly', (words, offered) => {
    expect(offeredBy(words).sort()).toEqual(offered.toSorted())
  })
})

if (!isHere('fish')) process.stderr.write('SKIPPED: completion in fish, which is not installed.\n')
describe.runIf(isHere('fish'))('completion in fish', () => {
  it.each(cases)('after %j', (words, offered, missing) => {
    const line = ['pastiche', ...words].join(' ')
    const script = `source "$SCRIPT"; complete -C ${JSON.stringify(line)}`
    const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', script], {
      cwd: folder,
      env: { ...env, PASTICHE_HOME: folder, SCRIPT: scripts['fish'] },
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    const found = stdout.split('\n').map((row) => row.split('\t')[0]!.replace(/\/$/, ''))
    const shown = found.map((name) => name.replaceAll('\\', ''))
    expect(shown).toEqual(expect.arrayContaining(offered))
    if (missing !== null) expect(shown).not.toContain(missing)
  })
})

if (!isHere('zsh')) process.stderr.write('SKIPPED: completion in zsh, which is not installed.\n')
describe.runIf(isHere('zsh'))('completion in zsh', () => {
  /**
   * Completion works in an interactive zsh only. One runs in a pseudo-terminal, with the line before its cursor, and lists what it
   * would offer; then it runs a line that ends the test.
   */
  function offeredBy(words: readonly string[]): Promise<string[]> {
    const script = `
zmodload zsh/zpty
zpty shell 'zsh -f -i'
ask() { zpty -w shell "$1"; }
ask 'PS1=; stty -echo columns 200 rows 100; autoload -Uz compinit; compinit -u -D; source "$SCRIPT"'
ask 'zstyle ":completion:*" verbose no'
ask 'list() { BUFFER=$LINE; CURSOR=$#BUFFER; zle list-choices; zle -R; BUFFER="print THE""END"; zle accept-line }'
ask 'zle -N zle-line-init list'
zpty -r shell text '*THEEND*'
print -r -- "$text"
zpty -d shell`
    const line = ['pastiche', ...words].join(' ')
    const child = spawn('zsh', ['-f', '-c', script], {
      cwd: folder,
      env: { ...env, TERM: 'xterm', PASTICHE_HOME: folder, SCRIPT: scripts['zsh']!, LINE: line },
    })
    let text = ''
    child.stdout.on('data', (data: Buffer) => (text += data.toString()))
    return new Promise((resolve) => child.once('close', () => resolve(listed(text))))
  }

  /** Completions below the line, in columns. */
  function listed(text: string): string[] {
    const below = text.split('\r\r\n\u001b[J').at(-1)!.split('\u001b')[0]!
    return below.split(/\s{2,}/).map((name) => name.replace(/\/$/, '').replaceAll('\\', ''))
  }

  it.each(cases)('after %j', async (words, offered, missing) => {
    const found = await offeredBy(words)
    expect(found).toEqual(expect.arrayContaining(offered))
    if (missing !== null) expect(found).not.toContain(missing)
  })
})

it('runs nothing that stands in a name', () => {
  expect(existsSync(join(folder, 'ran'))).toBe(false)
})
