import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Metadata } from 'sharp'
import { greyProfile, noiseFile } from '../support/test-pictures.ts'
import { sharp } from '../../src/engine/image/vips.ts'
import { seededWeights } from '../../src/engine/models/seeded.ts'
import { preprocessings } from '../../src/engine/models/network-weights.ts'
import { writeRunState } from '../../src/engine/task/checkpoint.ts'
import type { RunState } from '../../src/engine/methods/run-state.ts'
import { layouts } from '../support/foreign-layouts.ts'
import { sharedFile } from '../support/shared-file.ts'
import { narrowTables } from '../support/weight-names.ts'

// Real files, small enough that thousands of changed ones can be read in a minute.

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Files of a folder of the repository; none where there is no such folder. */
export function filesOf(folder: string, endings?: readonly string[]): Buffer[] {
  const path = join(root, folder)
  if (!existsSync(path)) return []
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() && (endings === undefined || endings.includes(extname(entry.name))))
    .map(({ name }) => readFileSync(join(path, name)))
}

const formats = ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const
const exif = {
  IFD0: { Make: 'Acme', Copyright: 'Jane Doe', ImageDescription: 'At the lake' },
  IFD2: { ExposureTime: '1/125', UserComment: 'Hello' },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 7/1' },
}

export async function pictures(): Promise<Buffer[]> {
  const size = { widthPx: 33, heightPx: 17 }
  const plain = await Promise.all(formats.map((format) => noiseFile(format, size)))
  const image = sharp(plain[1])
  const described = await Promise.all(
    formats.map((format) =>
      image.clone().withMetadata({ orientation: 6 }).withExifMerge(exif).toFormat(format).toBuffer(),
    ),
  )
  const others = await Promise.all([
    image.clone().jpeg({ progressive: true }).toBuffer(),
    image.clone().withIccProfile('p3').png({ palette: true }).toBuffer(),
    image.clone().toColourspace('cmyk').jpeg().toBuffer(),
    image.clone().toColourspace('rgb16').png().toBuffer(),
    image.clone().ensureAlpha(0.5).webp({ lossless: true }).toBuffer(),
    image.clone().tiff({ compression: 'lzw', tile: true, tileWidth: 16, tileHeight: 16 }).toBuffer(),
    image.clone().tiff({ compression: 'jpeg', pyramid: true }).toBuffer(),
  ])
  const fixtures = filesOf('tests/fixtures/pictures').filter(({ length }) => length < 100_000)
  return [...plain, ...described, ...others, ...fixtures, ...(await photographs())]
}

/** Photos as cameras wrote them, made small. */
async function photographs(): Promise<Buffer[]> {
  const folder = sharedFile('images')
  if (folder === null) return []
  const names = readdirSync(join(folder, 'photos'))
    .filter((name) => extname(name) === '.jpg')
    .slice(0, 4)
  return Promise.all(
    names.map((name) =>
      sharp(join(folder, 'photos', name))
        .resize(48)
        .keepMetadata()
        .jpeg()
        .toBuffer(),
    ),
  )
}

export async function exifPayloads(): Promise<Buffer[]> {
  return (await headers()).flatMap(({ exif }) => exif ?? [])
}

export async function profiles(): Promise<Buffer[]> {
  return [greyProfile(2.2), ...(await headers()).flatMap(({ icc }) => icc ?? [])]
}

/** Headers of the pictures that libvips can open. */
async function headers(): Promise<Metadata[]> {
  const found = await Promise.allSettled((await pictures()).map((file) => sharp(file).metadata()))
  return found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

export function checkpoints(states: readonly RunState[]): Buffer[] {
  const folder = mkdtempSync(join(tmpdir(), 'pastiche-seeds-'))
  try {
    return states.map((state) => {
      const path = join(folder, 'file')
      writeRunState(path, state)
      return readFileSync(path)
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A narrow VGG16 in the layouts of all tools whose names the pattern fits, and the fixtures with these endings. */
export async function weights(layout: RegExp, endings: readonly string[]): Promise<Buffer[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pastiche-seeds-'))
  try {
    const { tensors } = seededWeights(narrowTables.vgg16, 3, preprocessings.caffe)
    const written: Buffer[] = []
    for (const [name, write] of Object.entries(layouts)) {
      if (!layout.test(name)) continue
      const path = join(folder, 'file')
      await write(path, { tensors, layers: narrowTables.vgg16 })
      written.push(readFileSync(path))
    }
    return [...written, ...filesOf('tests/fixtures/weights', endings)]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
