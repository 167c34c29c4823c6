import { readSync } from 'node:fs'
import type * as Library from 'h5wasm'
import type { File as Hdf5File } from 'h5wasm'
import { PasticheError } from '../../shared/errors.ts'
import type { ByteSource } from './byte-source.ts'

// An HDF5 file can name other files: external links, external storage, virtual datasets. Of h5wasm's two builds the one
// for Node sees the whole disk of this computer; the other one, which is used here, sees an empty file system in
// memory. One file is put into it, whose bytes come from the file that was opened, piece by piece.

/** Interface that Emscripten's file system (src/lib/libfs.js, libmemfs.js) expects of a file in memory, as far as HDF5 only reads. */
interface MemoryNode {
  usedBytes: number
  stream_ops: Record<string, unknown>
}

interface MemoryFileSystem {
  createFile(
    parent: string,
    name: string,
    properties: object,
    canRead: boolean,
    canWrite: boolean,
  ): MemoryNode
  unlink(path: string): void
  readonly streams: readonly (MemoryStream | null | undefined)[]
  close(stream: MemoryStream): void
}

interface MemoryStream {
  readonly node: MemoryNode
  readonly path: string
}

/** An HDF5 file, opened for reading, and the way to let go of it. */
export interface SandboxedHdf5 {
  readonly root: Hdf5File
  close(): void
}

interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

/** The types of Node do not have it. */
declare const WebAssembly: {
  readonly Memory: { readonly prototype: WasmMemory }
  readonly RuntimeError: ErrorConstructor
}

/**
 * Memory that the library may take. The largest tensor of VGG's convolutions has 9 MB; a file of kilobytes can name groups without
 * end, or unpack to gigabytes.
 */
const maxMemoryBytes = 128 * 2 ** 20
const pageBytes = 65_536

/**
 * Runs the library with bounded memory: beyond it, its allocations fail. Its memory is its own, and can only be told by the one
 * function that makes any WebAssembly memory grow; the library runs without a pause, so nothing else meets the bound.
 */
function withBoundedMemory<T>(call: () => T): T {
  const { prototype } = WebAssembly.Memory
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its memory below
  const { grow } = prototype
  prototype.grow = function (this: WasmMemory, pages) {
    if (this.buffer.byteLength + pages * pageBytes > maxMemoryBytes) {
      isSpent = true
      throw new RangeError('The HDF5 library has no more memory.')
    }
    return grow.call(this, pages)
  }
  try {
    return call()
  } finally {
    prototype.grow = grow
  }
}

/** Imported when it is needed: it carries 4 MB of compiled code. */
let library: Promise<typeof Library> | undefined
/** True if the library has run out of memory, or into a trap: what it had allocated then is never freed. */
let isSpent = false
let replaced = 0

/** The library; a new one, with memory of its own, after a file that has spent the last. */
async function loadLibrary(): Promise<typeof Library> {
  if (library === undefined) library = import('h5wasm')
  else if (isSpent) {
    isSpent = false
    const url = `${import.meta.resolve('h5wasm')}?${++replaced}`
    library = import(/* @vite-ignore */ url) as Promise<typeof Library>
  }
  return library
}

let opened = 0

/**
 * Opens a file for the HDF5 library such that nothing else can be reached from it.
 *
 * @throws PasticheError `weights-damaged` where it is no HDF5 file
 */
export async function openHdf5(file: ByteSource): Promise<SandboxedHdf5> {
  const { File, ready } = await loadLibrary()
  const module = await ready
  const fileSystem = module.FS as unknown as MemoryFileSystem
  // Without this the library prints its errors and continues with invalid handles.
  module.activate_throwing_error_handler()
  const name = `weights-${++opened}.h5`
  const node = mountReadOnly(fileSystem, name, file)
  const remove = (): void => {
    // The library leaves a damaged file open, and the temporary file that it wrote its error to.
    for (const stream of fileSystem.streams)
      if (stream && (stream.node === node || stream.path.startsWith('/tmp/'))) fileSystem.close(stream)
    fileSystem.unlink(`/${name}`)
  }
  try {
    const root = guarded(() => new File(`/${name}`, 'r'))
    return { root, close: () => closeQuietly(root, remove) }
  } catch (error) {
    remove()
    throw error
  }
}

/** Ignores errors on closing a damaged file: everything needed was read. */
function closeQuietly(root: Hdf5File, remove: () => void): void {
  try {
    root.close()
  } catch {
    // `remove` closes what is left open.
  } finally {
    remove()
  }
}

/**
 * Runs the library. Whatever it throws, be it a message or a trap of WebAssembly, means that the file is damaged, unless it was
 * compressed by a filter that the library lacks.
 */
export function guarded<T>(call: () => T): T {
  try {
    return withBoundedMemory(call)
  } catch (error) {
    if (error instanceof PasticheError) throw error
    if (error instanceof WebAssembly.RuntimeError) isSpent = true
    const cause = isSpent
      ? `it is damaged, or asks for more than ${maxMemoryBytes / 2 ** 20} MiB of memory`
      : rootCause(error)
    if (/filter/i.test(cause))
      throw new PasticheError(
        'weights-unsupported',
        `The HDF5 file is compressed in a way that Pastiche cannot read (${cause}). Save it again with gzip, or without compression.`,
        { cause: error },
      )
    throw new PasticheError('weights-damaged', `The HDF5 file cannot be read: ${cause}.`, { cause: error })
  }
}

/** Stands between where the library failed and why. */
const mark = '(): '

/** The library reports a stack, the cause last: `#006: H5Fsuper.c line 577 in H5F__super_read(): truncated file: …`. */
function rootCause(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n')
  const deepest = lines.findLast((line) => line.trimStart().startsWith('#') && line.includes(mark))
  return (deepest === undefined ? lines[0]! : deepest.slice(deepest.indexOf(mark) + mark.length)).slice(
    0,
    200,
  )
}

function mountReadOnly(fileSystem: MemoryFileSystem, name: string, file: ByteSource): MemoryNode {
  const node = fileSystem.createFile('/', name, {}, true, false)
  Object.defineProperty(node, 'usedBytes', { get: () => file.sizeBytes })
  node.stream_ops = {
    ...node.stream_ops,
    read: (_stream: unknown, memory: Uint8Array, offset: number, length: number, position: number) => {
      const wanted = Math.min(length, file.sizeBytes - position)
      return wanted <= 0 ? 0 : readSync(file.descriptor, memory, offset, wanted, file.start + position)
    },
  }
  return node
}
