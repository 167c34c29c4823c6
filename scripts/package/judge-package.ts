import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import type { PackedApp, PackedFile } from './read-package.ts'

export interface Target {
  readonly platform: 'linux' | 'win32' | 'darwin'
  readonly arch: 'x64' | 'arm64'
}

/** Files without which nothing starts. */
const needed = [
  'package.json',
  'out/main/index.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
  'out/worker/entry.js',
  'out/licences.txt',
  'resources/models.json',
  'resources/networks/compact.safetensors',
  'node_modules/libheif-js/libheif-wasm/libheif.wasm',
  'node_modules/@jsquash/jxl/codec/dec/jxl_dec.wasm',
]

/** Files that the licence requires to be replaceable. */
const replaceable = /^node_modules\/libheif-js\/.+\.wasm$/

/** All that may be there, besides production dependencies. */
const allowed = [
  /^package\.json$/,
  /^out\/(main|worker|chunks)\/.+\.js$/,
  /^out\/preload\/index\.cjs$/,
  /^out\/renderer\/.+\.(html|js|css|svg|png|webp|woff2)$/,
  /^out\/licences\.txt$/,
  /^resources\/models\.json$/,
  /^resources\/networks\/compact\.safetensors$/,
  /^resources\/presets\/[\w-]+\.json$/,
  /^resources\/samples\/[\w-]+\.(jpg|json)$/,
  /^resources\/weights\/vgg(16|19)\.safetensors$/,
]

const forSomeoneElse =
  /\.(map|[cm]?ts|tsx|svelte|md|markdown|flow)$|(^|\/)(tests?|__tests__|fixtures|\.github)\//
const library = /\.(node|dll|dylib|so)(\.[\d.]+)?$|\.so\.\d/
const sourceMapComment = /^\/\/# sourceMappingURL=(?!data:)/m

/**
 * Problems of the app inside a package, in sentences; none where it has everything that it needs, nothing else, and only the
 * libraries of its own platform.
 *
 * @param dependencies names of the packages that may be inside
 */
export function judgePackage(app: PackedApp, target: Target, dependencies: ReadonlySet<string>): string[] {
  const { files } = app
  const paths = new Set(files.map(({ path }) => path))
  return [
    ...needed.filter((path) => !paths.has(path)).map((path) => `${path} is missing.`),
    ...ownLibraries(target)
      .filter((path) => !files.some((file) => file.path.startsWith(path)))
      .map((path) => `The library ${path} is missing.`),
    ...app.strays.map((path) => `${path} lies beside the archive, which does not know of it.`),
    ...files.flatMap((file) => judgeFile(file, target, dependencies)),
    ...unreachable(app, paths),
  ]
}

function judgeFile(file: PackedFile, target: Target, dependencies: ReadonlySet<string>): string[] {
  const { path, isUnpacked } = file
  const isLibrary = library.test(path)
  const problems: string[] = []
  const owner = packageOf(path)
  if (owner === null && !allowed.some((pattern) => pattern.test(path)))
    problems.push('is not on the list of what ships')
  if (owner !== null && !dependencies.has(owner)) problems.push('belongs to no production dependency')
  if (forSomeoneElse.test(path)) problems.push('is for developers')
  if (isLibrary && !isOwn(path, target))
    problems.push(`is a library of another platform than ${target.platform}-${target.arch}`)
  if ((isLibrary || path.startsWith('resources/')) && !isUnpacked)
    problems.push('is inside the archive, where native code cannot open it')
  if (replaceable.test(path) && !isUnpacked)
    problems.push('is inside the archive, where nobody can replace it')
  return problems.map((problem) => `${path} ${problem}.`)
}

/** The package a file belongs to, where it is one of others. */
function packageOf(path: string): string | null {
  return /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? null
}

/** How the native parts begin that this platform cannot do without. */
function ownLibraries({ platform, arch }: Target): string[] {
  return [
    `node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`,
    `node_modules/@img/sharp-${platform}-${arch}/lib/sharp-${platform}-${arch}`,
  ]
}

function isOwn(path: string, { platform, arch }: Target): boolean {
  return (
    path.startsWith(`node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}/`) ||
    path.startsWith(`node_modules/@img/sharp-${platform}-${arch}/`) ||
    path.startsWith(`node_modules/@img/sharp-libvips-${platform}-${arch}/`)
  )
}

/** Imports of our own code that lead to nothing, and comments that give away where it was built. */
function unreachable(app: PackedApp, paths: ReadonlySet<string>): string[] {
  return [...paths]
    .filter((path) => /^out\/(main|worker|chunks|preload)\/.+\.c?js$/.test(path))
    .flatMap((path) => {
      const text = app.read(path).toString('utf8')
      const missing = importsOf(text).filter((name) => !isThere(name, path, paths))
      return [
        ...missing.map((name) => `${path} imports ${name}, which is not inside.`),
        ...(sourceMapComment.test(text) ? [`${path} names a source map.`] : []),
      ]
    })
}

function importsOf(text: string): string[] {
  const pattern = /^(?:import|export)\b[^'"\n]*?["']([^"'\n]+)["'];?$|\bimport\(["']([^"'\n]+)["']\)/gm
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2]!)
}

function isThere(name: string, from: string, paths: ReadonlySet<string>): boolean {
  if (name.startsWith('node:') || name === 'electron' || builtinModules.includes(name)) return true
  if (name.startsWith('.')) return paths.has(posix.join(posix.dirname(from), name))
  const owner = packageOf(`node_modules/${name}/`)!
  return paths.has(`node_modules/${owner}/package.json`)
}
