import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as afterThisTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { PasticheError } from '../../src/shared/errors.ts'
import { fileCase, mutate, type Case } from './mutate.ts'
import type { Reader } from './readers.ts'

// Reads changed files, one after the other, until it is ended. What is being read lies in a file and is told to the parent before,
// so that the parent knows what a hang or a crash came from.

export type Message =
  | { readonly type: 'reading'; readonly reader: string }
  | { readonly type: 'fault'; readonly reader: string; readonly fault: string; readonly bytes: string }
  | { readonly type: 'batch'; readonly reader: string; readonly cases: number; readonly refused: number }

const [folder, seedText, names, from] = process.argv.slice(2) as [string, string, string, string]
const { readers } = (await import(from)) as { readers: readonly Reader[] }
const current = join(folder, 'current')
/** More than a file of 2 MB and its picture of 2 megapixels can need; of the process, above what it had before. */
const maxGrowthKiB = 700 * 1024
const batchMs = 1500

/** Sent before the next line runs, also where that line never ends. */
const tell = (message: Message): void => void process.send?.(message)

interface Prepared extends Reader {
  readonly files: readonly Uint8Array[]
  readonly pieces: readonly Buffer[]
}

/** Fault in how a file was read; null: it was read, or refused in words. */
async function faultOf(
  reader: Reader,
  bytes: Uint8Array,
): Promise<{ fault: string | null; isRefused: boolean }> {
  writeFileSync(current, bytes)
  tell({ type: 'reading', reader: reader.name })
  const before = process.resourceUsage().maxRSS
  const outcome = await outcomeOf(reader)
  // Lets a promise that was rejected and forgotten end this process now, while its file is the current one.
  await afterThisTurn()
  const growthKiB = process.resourceUsage().maxRSS - before
  // No second look would see it: the process has the memory now.
  if (growthKiB > maxGrowthKiB) {
    process.stderr.write(`took ${Math.round(growthKiB / 1024)} MiB`, () => process.exit(1))
    await new Promise(() => undefined)
  }
  return outcome
}

async function outcomeOf(reader: Reader): Promise<{ fault: string | null; isRefused: boolean }> {
  try {
    await reader.read(current)
    return { fault: null, isRefused: false }
  } catch (error) {
    return { fault: faultOfError(error), isRefused: true }
  }
}

function faultOfError(error: unknown): string | null {
  if (!(error instanceof PasticheError)) return describe(error)
  if (error.code === 'internal') return describe(error.cause ?? error)
  if (error.message.length > 2000)
    return `a message of ${error.message.length} letters: ${error.message.slice(0, 200)}`
  return null
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? `\n  because of ${describe(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}

/** Faults at the same place are one. */
const known = new Set<string>()
const placeOf = (reader: string, fault: string): string =>
  createHash('sha256')
    .update(reader + fault.split('\n').slice(0, 4).join('\n').replaceAll(/\d/g, ''))
    .digest('hex')

async function runBatch(reader: Prepared, seed: number, numRuns: number): Promise<void> {
  let cases = 0
  let refused = 0
  const bytesOf = (one: Case): Buffer => {
    const bytes = mutate(reader.files, reader.pieces, one)
    return one.isMended && reader.mend ? reader.mend(bytes) : bytes
  }
  const property = fc.asyncProperty(fileCase, async (one) => {
    const { fault, isRefused } = await faultOf(reader, bytesOf(one))
    cases++
    if (isRefused) refused++
    if (fault !== null && !known.has(placeOf(reader.name, fault))) throw new Error(fault)
  })
  const result = await fc.check(property, { seed, numRuns })
  if (result.counterexample) {
    const bytes = bytesOf(result.counterexample[0])
    const { fault } = await faultOf(reader, bytes)
    const told = fault ?? 'A fault that does not come back.'
    known.add(placeOf(reader.name, told))
    tell({ type: 'fault', reader: reader.name, fault: told, bytes: bytes.toString('base64') })
  }
  tell({ type: 'batch', reader: reader.name, cases, refused })
}

async function prepare(reader: Reader): Promise<Prepared> {
  const pieces = reader.tokens.map((token) => Buffer.from(token, 'latin1'))
  const files = await reader.seeds()
  if (files.length === 0) throw new Error(`There are no files to change for ${reader.name}.`)
  for (const bytes of files) {
    const { fault } = await faultOf(reader, bytes)
    if (fault !== null) throw new Error(`${reader.name}: a file that was not changed: ${fault}`)
  }
  return { ...reader, files, pieces }
}

const chosen: Prepared[] = []
// One after the other: they share a file.
for (const reader of readers) if (names.split(',').includes(reader.name)) chosen.push(await prepare(reader))
const paces = new Map(chosen.map(({ name }) => [name, 20]))
for (let seed = Number(seedText); ; seed = (seed + 1) | 0)
  for (const reader of chosen) {
    const startedMs = performance.now()
    const numRuns = paces.get(reader.name)!
    await runBatch(reader, seed, numRuns)
    const perCaseMs = (performance.now() - startedMs) / numRuns
    paces.set(reader.name, Math.round(Math.min(1000, Math.max(5, batchMs / perCaseMs))))
  }
