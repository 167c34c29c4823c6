import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPicture } from '../src/engine/image/decode.ts'
import { findContenders, findWeights, type Contender } from './pictures/contenders.ts'
import { writeContactSheet } from './pictures/contact-sheet.ts'
import { help, readOptions, type Options } from './pictures/options.ts'
import { findPairs, type Pair } from './pictures/pairs.ts'
import { Results } from './pictures/results.ts'
import { tableOf, type Row } from './pictures/table.ts'
import { Yardstick, yardstickVersion } from './yardstick.ts'

/**
 * `npm run bench:pictures [-- --help]`
 *
 * Paints pairs of photo and painting with several networks and recipes, and judges the results by the yardstick. Writes
 * `table.md` and `sheet.jpg` after each pair, so that a run can be looked at, stopped and continued at any time.
 */
async function paintPair(
  pair: Pair,
  contenders: readonly Contender[],
  { results, yardstick }: { results: Results; yardstick: Yardstick | null },
): Promise<Row> {
  const photo = await readPicture(pair.photo.path)
  const styles = [{ picture: await readPicture(pair.painting.path), weight: 1 }]
  const row: Row['results'][number][] = []
  for (const contender of contenders) {
    const result = await results.get(pair, contender, {
      measure: async (path) =>
        (await yardstick?.measure({ result: await readPicture(path), photo, styles })) ?? null,
      report: (percent) => showProgress(`${pair.name}  ${contender.label}  ${percent.toFixed(0)} %`),
    })
    showProgress('')
    row.push({ contender, result })
  }
  return { pair, photo: (await yardstick?.measure({ result: photo, photo, styles })) ?? null, results: row }
}

/** On one line that the next call overwrites; nothing where the output is a file. */
function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`)
}

async function openYardstick(threads: number): Promise<Yardstick | null> {
  const path = findWeights('vgg16')
  if (path !== null) return Yardstick.open(path, threads)
  console.error('Style and content are not measured: VGG16 is neither installed nor in ../shared/weights.')
  return null
}

async function benchPictures(options: Options): Promise<void> {
  const notice = (message: string): void => console.error(message)
  const pairs = findPairs(options, notice)
  const contenders = findContenders(options, notice)
  if (pairs.length === 0 || contenders.length === 0) throw new Error('There is nothing to paint.')
  console.error(
    `${pairs.length} pairs × ${contenders.length} networks and recipes, results in ${options.out}`,
  )
  const yardstick = await openYardstick(options.threads)
  const results = new Results({
    folder: join(options.out, 'results'),
    threads: options.threads,
    yardstickVersion,
  })
  const rows: Row[] = []
  try {
    for (const pair of pairs) {
      rows.push(await paintPair(pair, contenders, { results, yardstick }))
      writeFileSync(join(options.out, 'table.md'), tableOf(rows))
      await writeContactSheet(join(options.out, 'sheet.jpg'), rows)
      console.error(`${rows.length}/${pairs.length}  ${pair.name}`)
    }
  } finally {
    await yardstick?.dispose()
  }
  console.log(tableOf(rows))
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options) await benchPictures(options)
  else console.log(help)
} catch (thrown) {
  console.error((thrown as Error).message)
  process.exitCode = 1
}
