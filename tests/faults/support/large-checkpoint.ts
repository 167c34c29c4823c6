import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { readRunState, writeRunState } from '../../../src/engine/task/checkpoint.ts'
import type { RunState } from '../../../src/engine/methods/run-state.ts'
import { openBytes } from '../../../src/engine/weights/byte-source.ts'
import { openTensors } from '../../../src/engine/weights/safetensors-stream.ts'
import { makeRunState } from '../../support/run-state.ts'

/** Writes and reads a state of L-BFGS that is larger than 2 GiB, and tells by how much the memory of the process grew. */

const [path, pairs] = [process.argv[2]!, Number(process.argv[3])]
const size = { widthPx: 2048, heightPx: 1536 }
const elements = 3 * size.widthPx * size.heightPx

// Overlapping views of one array, so that a state of gigabytes takes the memory of one tensor; each differs from the others.
const numbers = Float32Array.from({ length: elements + 2 * pairs + 3 }, (_, i) => Math.sin(i))
let views = 0
const view = (): Float32Array => numbers.subarray(++views, views + elements)

function stateOf(count: number): RunState {
  views = 0
  const vector = view()
  const names = Array.from({ length: count }, (_, i) => [`s${i}`, `y${i}`]).flat()
  const fields = Object.fromEntries(['previousX', 'previousGradient', ...names].map((name) => [name, view()]))
  const optimizer = { optimizer: 'lbfgs', scalars: { pairs: count }, fields }
  return { ...makeRunState(1), size, vector, optimizer, average: null }
}

const status = (key: string): number =>
  1024 * Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'))![1])

/** By how much the memory of this process was larger than now, at most, while something was done. */
async function growthOf(work: () => unknown): Promise<number> {
  writeFileSync('/proc/self/clear_refs', '5')
  const before = status('VmRSS')
  await work()
  return status('VmHWM') - before
}

const same = (a: Float32Array, b: Float32Array): boolean =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength))

async function readEach(state: RunState): Promise<string[]> {
  const expected = Object.entries(state.optimizer.fields).map(
    ([name, field]) => [`optimizer.${name}`, field] as const,
  )
  const file = await openBytes(path)
  const stream = await openTensors(file)
  const target = new Float32Array(elements)
  const wrong: string[] = []
  for (const [name, field] of [['vector', state.vector] as const, ...expected]) {
    await stream.read(name, target)
    if (!same(target, field)) wrong.push(name)
  }
  await file.close()
  return wrong
}

// Loads what is compiled when it is first needed.
writeRunState(path, makeRunState(1))
await readRunState(path)

const small = stateOf(1)
writeRunState(path, small)
let whole: RunState | null = null
const growth = await growthOf(async () => (whole = await readRunState(path)))
// It is held to the end, so that nothing is freed while the large one is measured.
const { vector, optimizer } = whole!
const read = [vector, ...Object.values(optimizer.fields)]
const expected = [small.vector, ...Object.values(small.optimizer.fields)]
const wrongWhole = read.filter((tensor, i) => !same(tensor, expected[i]!)).map(() => 'whole')
const readingWhole = growth - 4 * elements * expected.length

const large = stateOf(pairs)
const writing = await growthOf(() => writeRunState(path, large))
const fileBytes = statSync(path).size
let wrongEach: string[] = []
const readingEach = await growthOf(async () => (wrongEach = await readEach(large)))
rmSync(path)
process.send!({
  ...{ fileBytes, tensorBytes: read[0]!.byteLength, writing, readingEach, readingWhole },
  wrong: [...wrongWhole, ...wrongEach],
})
