import { describe, expect, it } from 'vitest'
import { judgePackage, type Target } from '../../scripts/package/judge-package.ts'
import type { PackedApp, PackedFile } from '../../scripts/package/read-package.ts'

const linux: Target = { platform: 'linux', arch: 'x64' }
const dependencies = new Set([
  ...['onnxruntime-node', 'sharp', '@img/sharp-linux-x64', 'zod'],
  ...['libheif-js', '@jsquash/jxl'],
])
const libheif = 'node_modules/libheif-js/libheif-wasm/libheif.wasm'
const ort = 'node_modules/onnxruntime-node/bin/napi-v6'

const inArchive = [
  'package.json',
  'out/main/index.js',
  'out/main/chunks/a-1.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
  'out/worker/entry.js',
  'node_modules/zod/package.json',
  'node_modules/zod/index.js',
  'node_modules/@jsquash/jxl/codec/dec/jxl_dec.wasm',
]
const beside = [
  'out/licences.txt',
  'resources/models.json',
  'resources/networks/compact.safetensors',
  `${ort}/linux/x64/onnxruntime_binding.node`,
  `${ort}/linux/x64/libonnxruntime.so.1`,
  'node_modules/@img/sharp-linux-x64/lib/sharp-linux-x64-0.35.5.node',
  libheif,
]

const file = (path: string, isUnpacked: boolean): PackedFile => ({ path, bytes: 1, isUnpacked })

interface Change {
  readonly without?: string
  readonly also?: readonly PackedFile[]
  readonly texts?: Readonly<Record<string, string>>
  readonly strays?: readonly string[]
}

function judge({ without, also = [], texts = {}, strays = [] }: Change = {}): string[] {
  const files = [
    ...inArchive.map((path) => file(path, false)),
    ...beside.map((path) => file(path, true)),
    ...also,
  ]
  const app: PackedApp = {
    archive: 'app.asar',
    files: files.filter(({ path }) => path !== without),
    strays,
    read: (path) => Buffer.from(texts[path] ?? ''),
  }
  return judgePackage(app, linux, dependencies)
}

describe('judgePackage', () => {
  it.each([libheif, 'node_modules/@jsquash/jxl/codec/dec/jxl_dec.wasm'])('misses %s', (path) => {
    expect(judge({ without: path })).toEqual([`${path} is missing.`])
  })

  it('wants a library under the LGPL where people can replace it', () => {
    expect(judge({ also: [file(libheif, false)] })).toContain(
      `${libheif} is inside the archive, where nobody can replace it.`,
    )
  })

  it('finds nothing wrong with what a package should be', () => {
    expect(
      judge({
        texts: {
          'out/main/index.js': `import { z } from 'zod'\nimport { app } from 'electron'\nimport './chunks/a-1.js'`,
        },
      }),
    ).toEqual([])
  })

  it.each([
    'package.json',
    'out/main/index.js',
    'out/preload/index.cjs',
    'out/renderer/index.html',
    'out/worker/entry.js',
    'out/licences.txt',
    'resources/models.json',
    'resources/networks/compact.safetensors',
    `${ort}/linux/x64/onnxruntime_binding.node`,
  ])('misses %s', (without) => {
    expect(judge({ without })).toEqual([expect.stringContaining(`${without} is missing`)])
  })

  it('misses the picture library of the platform', () => {
    expect(judge({ without: beside.at(-1)! })).toHaveLength(1)
  })

  it.each([
    ['src/main/index.ts', 'not on the list'],
    ['out/cli/index.js', 'not on the list'],
    ['.env', 'not on the list'],
    ['resources/weights/downloads/vgg19.part', 'not on the list'],
    ['out/renderer/assets/index.js.map', 'for developers'],
    ['node_modules/zod/index.js.map', 'for developers'],
    ['node_modules/zod/tests/a.js', 'for developers'],
    ['node_modules/vite/index.js', 'no production dependency'],
    [`${ort}/win32/x64/onnxruntime.dll`, 'another platform'],
    [`${ort}/linux/arm64/libonnxruntime.so.1`, 'another platform'],
    [`${ort}/darwin/arm64/libonnxruntime.1.30.0.dylib`, 'another platform'],
  ])('does not let %s in', (path, why) => {
    expect(judge({ also: [file(path, true)] })).toContainEqual(expect.stringContaining(why))
  })

  it('wants libraries and pictures beside the archive, where native code can open them', () => {
    const also = [
      file('resources/samples/photo-lake.jpg', false),
      file(`${ort}/linux/x64/libother.so`, false),
    ]
    expect(judge({ also })).toEqual(also.map(({ path }) => expect.stringContaining(path) as string))
  })

  it('knows of nothing beside the archive that the archive does not list', () => {
    expect(judge({ strays: ['node_modules/zod/extra.js'] })).toHaveLength(1)
  })

  it('follows our own imports', () => {
    const texts = {
      'out/worker/entry.js': `import './gone.js'\nimport { a } from "yauzl"\nconst b = import('../chunks/b.js')`,
    }
    expect(judge({ texts })).toEqual(
      ['./gone.js', 'yauzl', '../chunks/b.js'].map(
        (name) => expect.stringContaining(`imports ${name}`) as string,
      ),
    )
  })

  it('finds code that names its source map', () => {
    expect(judge({ texts: { 'out/main/index.js': 'x()\n//# sourceMappingURL=index.js.map' } })).toHaveLength(
      1,
    )
  })
})
