/**
 * Renders the sample pictures into resources/samples and lists them in samples.json.
 *
 *   npx tsx scripts/make-samples.ts              all pictures
 *   npx tsx scripts/make-samples.ts photo-lake   only those named; the list still covers all
 */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import path from 'node:path'
import { toJpeg } from './samples/kit/picture.ts'
import { longSidePx, pieces } from './samples/pieces.ts'
import type { Piece } from './samples/pieces.ts'
import { describeSamples } from './samples/list.ts'

const folder = fileURLToPath(new URL('../resources/samples', import.meta.url))

async function make(piece: Piece): Promise<void> {
  const startMs = performance.now()
  const picture = piece.render(longSidePx)
  const bytes = await toJpeg(picture, piece.maxBytes)
  await writeFile(path.join(folder, `${piece.id}.jpg`), bytes)
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
  console.log(`${piece.id}: ${picture.widthPx}×${picture.heightPx}, ${bytes.length} bytes, ${seconds} s`)
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((id) => !pieces.some((piece) => piece.id === id))
if (unknown.length > 0) {
  const known = pieces.map((piece) => piece.id).join(', ')
  throw new Error(`Expected any of ${known}, received ${unknown.join(', ')}.`)
}
for (const piece of pieces) if (wanted.length === 0 || wanted.includes(piece.id)) await make(piece)
const list = JSON.stringify(await describeSamples(folder), null, 2)
await writeFile(path.join(folder, 'samples.json'), `${list}\n`)
