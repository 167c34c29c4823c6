/** Draws every icon of the packages from build/icon.svg: `npm run icons`. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { writeIcns, writeIco, type IconPicture } from './icons/containers.ts'

const build = fileURLToPath(new URL('../build/', import.meta.url))
const linuxSides = [16, 32, 48, 64, 128, 256, 512]
const windowsSides = [16, 24, 32, 48, 64, 128, 256]
const macSides = [32, 64, 128, 256, 512, 1024]

const svg = await readFile(join(build, 'icon.svg'))

async function draw(sidePx: number): Promise<IconPicture> {
  // The density at which the drawing is as large as the picture: nothing is scaled afterwards.
  const density = (72 * sidePx) / 1024
  const png = await sharp(svg, { density: Math.max(density, 1) })
    .resize(sidePx, sidePx)
    .png({ compressionLevel: 9, palette: true, effort: 10 })
    .toBuffer()
  return { sidePx, png }
}

const drawAll = (sides: readonly number[]): Promise<IconPicture[]> => Promise.all(sides.map(draw))

await mkdir(join(build, 'icons'), { recursive: true })
for (const { sidePx, png } of await drawAll(linuxSides))
  await writeFile(join(build, 'icons', `${sidePx}x${sidePx}.png`), png)
await writeFile(join(build, 'icon.ico'), writeIco(await drawAll(windowsSides)))
await writeFile(join(build, 'icon.icns'), writeIcns(await drawAll(macSides)))
