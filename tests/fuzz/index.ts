import { fork, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Message } from './child.ts'
import type { Reader } from './readers.ts'

/* eslint-disable no-console -- a program for the terminal */

// Every reader of foreign files against changed ones: each is read or refused in words, soon, within bounded memory. It runs in a
// process of its own, so that a hang or a crash is a finding and not the end.
//
//   npm run fuzz -- --minutes 60 [--seed N] [--readers picture,exif]     look for faults; each offending file is kept
//   npm run fuzz -- --replay fuzz-findings/picture-0123456789abcdef      read one such file again

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string' },
    readers: { type: 'string' },
    replay: { type: 'string' },
    /** Options for the tests of this program: other readers, and less patience with them. */
    from: { type: 'string', default: './readers.ts' },
    patience: { type: 'string', default: '40' },
  },
})
const root = fileURLToPath(new URL('../..', import.meta.url))
const findings = join(root, 'fuzz-findings')
/** Nothing that is read here takes a second; a busy computer may be twenty times slower. */
const hangMs = 1000 * Number(options.patience)
const { readers } = (await import(options.from)) as { readers: readonly Reader[] }

/** Until the first file is read: programs are compiled, and real files written. */
const startMs = 300_000

interface Tally {
  cases: number
  refused: number
  findings: number
}

async function replay(path: string): Promise<void> {
  const reader = readers.find(({ name }) => basename(path).startsWith(`${name}-`))
  if (reader === undefined) throw new Error('The name of a finding begins with that of its reader.')
  console.log(await reader.read(resolve(path)))
}

/** Runs children, one after the other, until the time is over. */
async function search(seed: number, names: readonly string[], endsAtMs: number): Promise<Map<string, Tally>> {
  const tallies = new Map(names.map((name) => [name, { cases: 0, refused: 0, findings: 0 }]))
  const folder = mkdtempSync(join(tmpdir(), 'pastiche-fuzz-'))
  try {
    for (let next = seed; Date.now() < endsAtMs; next += 100_000)
      await watchChild(folder, next, tallies, endsAtMs)
    return tallies
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function watchChild(
  folder: string,
  seed: number,
  tallies: ReadonlyMap<string, Tally>,
  endsAtMs: number,
): Promise<void> {
  const child = fork(
    join(root, 'tests/fuzz/child.ts'),
    [folder, String(seed), [...tallies.keys()].join(), options.from],
    {
      execArgv: ['--import', 'tsx', '--max-old-space-size=1500'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  )
  let reading: string | null = null
  let since = Date.now()
  let lastWords = ''
  child.stderr?.on('data', (text: Buffer) => (lastWords = (lastWords + text.toString()).slice(-4000)))
  child.on('message', (message: Message) => {
    since = Date.now()
    if (message.type === 'reading') reading = message.reader
    else take(message, tallies)
  })
  const keep = (fault: string): void => {
    const tally = tallies.get(reading ?? '')
    if (reading === null || tally === undefined) throw new Error(fault)
    tally.findings++
    const path = join(findings, `${reading}-${Date.now()}`)
    mkdirSync(findings, { recursive: true })
    copyFileSync(join(folder, 'current'), path)
    tellFinding(path, fault)
  }
  const end = { isExpected: false }
  const watch = setInterval(() => {
    const isLate = Date.now() - since > (reading === null ? startMs : hangMs)
    if (!isLate && Date.now() < endsAtMs) return
    end.isExpected = true
    if (isLate) keep(`did not end within ${hangMs / 1000} s`)
    child.kill('SIGKILL')
  }, 500)
  endWith(child)
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  clearInterval(watch)
  if (!end.isExpected) keep(`ended its process (${signal ?? code}):\n${lastWords}`)
}

/** Nothing is left behind where this process is ended. */
function endWith(child: ChildProcess): void {
  process.once('exit', () => child.kill('SIGKILL'))
}

function take(message: Exclude<Message, { type: 'reading' }>, tallies: ReadonlyMap<string, Tally>): void {
  const tally = tallies.get(message.reader)!
  if (message.type === 'batch') {
    tally.cases += message.cases
    tally.refused += message.refused
    return
  }
  tally.findings++
  const bytes = Buffer.from(message.bytes, 'base64')
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  const path = join(findings, `${message.reader}-${hash}`)
  mkdirSync(findings, { recursive: true })
  writeFileSync(path, bytes)
  tellFinding(path, message.fault)
}

function tellFinding(path: string, fault: string): void {
  console.error(`\n${basename(path)} ${fault}\n  npm run fuzz -- --replay ${path}`)
}

function chooseReaders(): string[] {
  const names = readers.map(({ name }) => name)
  const asked = options.readers?.split(',') ?? names
  const unknown = asked.filter((name) => !names.includes(name))
  if (unknown.length > 0)
    throw new Error(`No reader is called ${unknown.join()}. There are: ${names.join()}.`)
  return asked
}

async function main(): Promise<void> {
  if (options.replay !== undefined) return replay(options.replay)
  const minutes = Number(options.minutes)
  const seed = options.seed === undefined ? Math.floor(Math.random() * 2 ** 30) : Number(options.seed)
  if (!(minutes > 0) || !Number.isInteger(seed)) throw new Error('--minutes and --seed take numbers.')
  console.log(`Reading changed files for ${minutes} min, from seed ${seed} on (--seed ${seed}).`)
  const tallies = await search(seed, chooseReaders(), Date.now() + 60_000 * minutes)
  console.table(Object.fromEntries(tallies))
  const total = [...tallies.values()].reduce((sum, tally) => sum + tally.findings, 0)
  console.log(total === 0 ? 'Nothing was found.' : `${total} findings; their files are in ${findings}.`)
  process.exitCode = total === 0 ? 0 : 1
}

await main()
