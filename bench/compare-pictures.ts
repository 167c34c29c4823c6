import { parseArgs } from 'node:util'
import { readPicture } from '../src/engine/image/decode.ts'
import { findWeights } from './pictures/contenders.ts'
import { Yardstick } from './yardstick.ts'

/**
 * `npm run bench:compare -- --photo PHOTO --painting PAINTING [--painting PAINTING] [--vgg16 FILE] RESULT…`
 *
 * The yardstick's figures for finished pictures, wherever they come from, and for the photo itself.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    photo: { type: 'string' },
    painting: { type: 'string', multiple: true, default: [] },
    vgg16: { type: 'string' },
    threads: { type: 'string', default: '0' },
  },
})

async function compare(photoPath: string, paintings: readonly string[], vgg16: string): Promise<void> {
  const yardstick = await Yardstick.open(vgg16, Number(values.threads))
  try {
    const photo = await readPicture(photoPath)
    const styles = await Promise.all(
      paintings.map(async (path) => ({ picture: await readPicture(path), weight: 1 })),
    )
    for (const path of [photoPath, ...positionals]) {
      const result = path === photoPath ? photo : await readPicture(path)
      const { style, content } = await yardstick.measure({ result, photo, styles })
      console.log(`style ${style.toFixed(4)}  content ${content.toFixed(3)}  ${path}`)
    }
  } finally {
    await yardstick.dispose()
  }
}

const vgg16 = values.vgg16 ?? findWeights('vgg16')
const { photo, painting } = values
if (photo === undefined || painting.length === 0) {
  console.error('Name the photo with --photo and the painting with --painting.')
  process.exitCode = 1
} else if (vgg16 === null) {
  console.error('VGG16 is neither installed nor in ../shared/weights. Name its file with --vgg16.')
  process.exitCode = 1
} else await compare(photo, painting, vgg16)
