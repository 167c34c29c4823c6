import { sharp } from '../../src/engine/image/vips.ts'
import type { Row } from './table.ts'

const cellPx = 320
const labelPx = 30
const gapPx = 8

interface Cell {
  readonly path: string
  readonly label: string
}

/** One JPEG: a row for each pair with photo, painting and every result, each under its label and figures. */
export async function writeContactSheet(path: string, rows: readonly Row[]): Promise<void> {
  const cells = rows.map(cellsOf)
  const columns = Math.max(...cells.map((row) => row.length))
  const [stepX, stepY] = [cellPx + gapPx, cellPx + labelPx + gapPx]
  const layers = await Promise.all(
    cells.flatMap((row, y) =>
      row.flatMap(async ({ path: picture, label }, x) => [
        { input: labelImage(label), left: x * stepX + gapPx, top: y * stepY + gapPx },
        { input: await thumbnail(picture), left: x * stepX + gapPx, top: y * stepY + gapPx + labelPx },
      ]),
    ),
  )
  const [width, height] = [columns * stepX + gapPx, rows.length * stepY + gapPx]
  await sharp({ create: { width, height, channels: 3, background: '#fff' } })
    .composite(layers.flat())
    .jpeg({ quality: 90 })
    .toFile(path)
}

function cellsOf({ pair, photo, results }: Row): Cell[] {
  const start = photo ? ` (style ${photo.style.toFixed(3)})` : ''
  return [
    { path: pair.photo.path, label: pair.photo.name + start },
    { path: pair.painting.path, label: pair.painting.name },
    ...results.map(({ contender, result: { path, seconds, figures } }) => {
      const judged = figures ? ` ${figures.style.toFixed(3)} / ${figures.content.toFixed(2)},` : ''
      return { path, label: `${contender.label}:${judged} ${seconds.toFixed(0)} s` }
    }),
  ]
}

function thumbnail(path: string): Promise<Buffer> {
  const fit = { fit: 'contain', position: 'top', background: '#fff' } as const
  return sharp(path, { autoOrient: true })
    .resize(cellPx, cellPx, fit)
    .flatten({ background: '#fff' })
    .png()
    .toBuffer()
}

function labelImage(label: string): Buffer {
  const text = label.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  // Long labels are squeezed, so that none runs into its neighbour.
  const squeeze = label.length > 44 ? ` textLength="${cellPx}" lengthAdjust="spacingAndGlyphs"` : ''
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${cellPx}" height="${labelPx}"><text x="0" y="${labelPx - 10}" font-family="sans-serif" font-size="14"${squeeze}>${text}</text></svg>`,
  )
}
