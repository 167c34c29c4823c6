import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { greyToSrgb, isSrgb, readProfile } from '../../src/engine/image/colour.ts'
import { probePicture, readPicture } from '../../src/engine/image/decode.ts'
import { readExif, readExifPayload, writeExifPayload } from '../../src/engine/image/exif.ts'
import type { ExifTags } from '../../src/engine/image/exif.ts'
import { bytesReader } from '../../src/engine/image/tiff-directory.ts'
import { readRunState } from '../../src/engine/task/checkpoint.ts'
import { readCanonical } from '../../src/engine/weights/canonical.ts'
import { readCompact } from '../../src/engine/weights/compact-file.ts'
import { readForeignWeights } from '../../src/engine/weights/import.ts'
import { readStored } from '../../src/host/models/stored-weights.ts'
import { readPresetFile } from '../../src/host/presets/preset-file.ts'
import { readSettings } from '../../src/host/settings.ts'
import { pngSize } from '../../src/host/studio/gallery/png-size.ts'
import { recipeFile } from '../../src/host/studio/gallery/result-file.ts'
import { queueFile } from '../../src/host/studio/jobs/queue-file.ts'
import { DraftStore } from '../../src/host/studio/pictures/draft-store.ts'
import { Tickets } from '../../src/host/studio/tickets.ts'
import { firstEditionCheckpoint } from '../support/first-edition-checkpoint.ts'
import { makeRunState } from '../support/run-state.ts'
import { narrowTables } from '../support/weight-names.ts'
import { documents, canonicalFiles } from './documents.ts'
import { mendCheckpoint, mendFirstEdition, mendPng, mendSafetensors } from './mend.ts'
import { checkpoints, exifPayloads, filesOf, pictures, profiles, weights } from './seeds.ts'

/** Something that reads files of others. */
export interface Reader {
  readonly name: string
  /** Whole files, which changed ones are made of. */
  seeds(): readonly Uint8Array[] | Promise<readonly Uint8Array[]>
  /** Pieces that mean something in these files. */
  readonly tokens: readonly string[]
  /** Makes checksums right again. */
  mend?(bytes: Buffer): Buffer
  /** Reads a file, and checks what it has read. @throws PasticheError for what it refuses, any other error for a fault */
  read(path: string): unknown
}

const words = (text: string): string[] => text.split(' ')
const json = words('[ ] { } " , : 1e999 -1 null "__proto__": [[[[[[[[ {"a": \\ud800 0.5 \ufeff')
const tiff = words('II*\0 MM\0* \x69\x87\x04\0\x01\0\0\0 \x25\x88\x04\0\x01\0\0\0 \x01\x0e \xff\xff\xff\xff')
const chunks = words(
  'IHDR iCCP eXIf zTXt IDAT VP8X VP8L ALPH EXIF ftypavif ftypheic meta iloc ipma iprp BM JXL',
)
const markers = words('Exif\0\0 ICC_PROFILE\0\x01\x01 \xff\xda \xff\xc2 \xff\xe1 \xff\x0a \x21\xf9\x04')
const media = [...chunks, ...markers, ...tiff]
const hdf5 = words('\x89HDF\r\n\x1a\n TREE HEAP SNOD OHDR FRHP BTHD GCOL \xff\xff\xff\xff\xff\xff\xff\xff')
const zips = words('PK\x03\x04 PK\x01\x02 PK\x05\x06 PK\x06\x06 data.pkl ../ model.weights.h5')
const calls = words(
  'ctorch._utils\n_rebuild_tensor_v2\n ccollections\nOrderedDict\n cos\nsystem\n X\xff\xff\xff\x7f',
)
const pickles = [...calls, ...words('\x80\x02 R b } ] ( t u e . \x93 \x94 h\x01 q\x01')]
const onnx = words('Conv Transpose Identity perm \x0a \x12 \x2a \x3a \xff\xff\xff\xff\x0f')
const header = [...words('"dtype":"F32" "shape":[ "data_offsets":[0, "__metadata__": "BF16"'), ...json]

const anyWeights = (name: string, layout: RegExp, endings: string[], tokens: readonly string[]): Reader => ({
  name,
  seeds: () => weights(layout, endings),
  tokens,
  read: (path) =>
    readForeignWeights(path, {
      manifest: { schema: 1, models: [] },
      allowUnverified: true,
      tables: narrowTables,
    }),
})

/** The HDF5 library lives as long as the process: after a file that it fails at, it reads a whole one. */
function staysFit(reader: Reader): Reader {
  const [whole] = filesOf('tests/fixtures/weights', ['.h5'])
  return {
    ...reader,
    async read(path) {
      try {
        return await reader.read(path)
      } finally {
        if (readFileSync(path)[96]! % 4 === 0) {
          writeFileSync(path, whole!)
          await Promise.resolve(reader.read(path)).catch((cause: unknown) => {
            throw new Error('A whole file cannot be read any more.', { cause })
          })
        }
      }
    },
  }
}

/** As they are in a JPEG file: within 64 kB. */
function checkTags(tags: ExifTags | null): void {
  if (tags === null) return
  const { length } = writeExifPayload(tags, 65_527)
  if (length > 65_527) throw new Error(`EXIF of ${length} bytes`)
}

function checkUnit(values: Float32Array | null): void {
  if (values?.every((value) => value >= 0 && value <= 1) === false) throw new Error('A value outside [0,1].')
}

async function checkPicture(path: string): Promise<void> {
  const facts = await probePicture(path)
  const picture = await readPicture(path, { maxPixels: 2e6, maxSidePx: 64 })
  const { widthPx, heightPx, rgb, alpha, metadata } = picture
  if (widthPx < 1 || heightPx < 1 || widthPx > 64 || heightPx > 64 || facts.widthPx < widthPx)
    throw new Error(`A picture of ${widthPx} × ${heightPx}`)
  if (rgb.length !== 3 * widthPx * heightPx) throw new Error(`${rgb.length} values`)
  checkUnit(rgb)
  checkUnit(alpha)
  checkTags(metadata.exif)
}

function checkProfile(bytes: Uint8Array): void {
  const profile = readProfile(bytes)
  if (profile === null) return
  isSrgb(profile)
  const curve = greyToSrgb(profile)
  if (curve) checkUnit(Float32Array.from({ length: 257 }, (_, i) => curve(i / 256)))
}

const runStates = [makeRunState(1), { ...makeRunState(2), average: null }]

/** Files that are set aside where they are broken: what has been put beside them goes. */
async function readAside(
  path: string,
  name: string,
  read: (file: string) => Promise<unknown>,
): Promise<void> {
  const folder = join(dirname(path), name)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.json`)
  writeFileSync(file, readFileSync(path))
  const value = await read(file)
  JSON.stringify(value)
  for (const left of readdirSync(folder)) rmSync(join(folder, left), { recursive: true })
}

const emptyDraft = {
  content: null,
  styles: [],
  initPicture: null,
  preset: null,
  own: {},
  device: 'auto',
} as const

const document = (name: keyof typeof documents, read: (file: string) => Promise<unknown>): Reader => ({
  name,
  seeds: () => documents[name].map((value) => Buffer.from(JSON.stringify(value))),
  tokens: json,
  read: (path) => readAside(path, name, read),
})

/** Every reader of files that others may have made. A new one is a line here. */
export const readers: readonly Reader[] = [
  { name: 'picture', seeds: pictures, tokens: media, mend: mendPng, read: checkPicture },
  {
    name: 'exif',
    seeds: exifPayloads,
    tokens: tiff,
    read: (path) => checkTags(readExifPayload(readFileSync(path))),
  },
  {
    name: 'tiff-directory',
    seeds: exifPayloads,
    tokens: tiff,
    read: (path) => checkTags(readExif(bytesReader(readFileSync(path)))),
  },
  {
    name: 'icc',
    seeds: profiles,
    tokens: words('acsp GRAY RGB kTRC curv para A2B0'),
    read: (path) => checkProfile(readFileSync(path)),
  },
  { name: 'png-size', seeds: pictures, tokens: media, read: (path) => pngSize(path) },
  staysFit(anyWeights('weights-hdf5', /^Keras (?!3 \.keras)/, ['.h5'], hdf5)),
  anyWeights('weights-keras-zip', /^Keras 3 \.keras/, [], [...zips, ...hdf5]),
  anyWeights('weights-torch-zip', /^PyTorch (?!.*legacy)/, ['.pth'], [...zips, ...pickles]),
  anyWeights('weights-torch-legacy', /legacy/, [], pickles),
  anyWeights('weights-onnx', /^ONNX/, ['.onnx'], onnx),
  anyWeights('weights-safetensors', /^safetensors/, ['.safetensors'], header),
  {
    name: 'canonical',
    seeds: canonicalFiles,
    tokens: header,
    mend: mendSafetensors,
    read: (path) => readCanonical(path, narrowTables),
  },
  {
    name: 'stored-weights',
    seeds: canonicalFiles,
    tokens: header,
    read: (path) => readStored(path, 'vgg16'),
  },
  {
    name: 'compact',
    seeds: () => filesOf('resources/networks', ['.safetensors']),
    tokens: header,
    mend: mendSafetensors,
    read: readCompact,
  },
  {
    name: 'checkpoint',
    seeds: () => checkpoints(runStates),
    tokens: header,
    mend: mendCheckpoint,
    read: readRunState,
  },
  {
    name: 'first-edition-checkpoint',
    seeds: () => runStates.map(firstEditionCheckpoint),
    tokens: json,
    mend: mendFirstEdition,
    read: readRunState,
  },
  { name: 'preset', seeds: () => filesOf('resources/presets'), tokens: json, read: readPresetFile },
  document('settings', readSettings),
  document('queue', (file) => queueFile(file, {}).open()),
  document('table', (file) =>
    new DraftStore(file, new Tickets(), { ...emptyDraft, styles: [] }, () => undefined).open(null),
  ),
  document('recipe', (file) => recipeFile(dirname(file)).read()),
]
