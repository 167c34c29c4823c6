import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

/**
 * WebAssembly decoders. The code is compiled once; each picture gets an instance and a memory of its own, so that one that
 * breaks off, runs out of memory or is misled by a hostile file leaves nothing behind for the next.
 */

type Code = object
interface Instance {
  readonly exports: object
}

/** Node has it; only the types of browsers describe it. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    compile(bytes: Uint8Array): Promise<Code>
    readonly Instance: new (code: Code, imports: object) => Instance
  }
}

const require = createRequire(import.meta.url)
const compiled = new Map<string, Promise<Code>>()

/** @param specifier of the .wasm file, from the package that holds it */
function compile(specifier: string): Promise<Code> {
  const known = compiled.get(specifier)
  if (known !== undefined) return known
  const compiling = readFile(require.resolve(specifier)).then((bytes) => WebAssembly.compile(bytes))
  compiled.set(specifier, compiling)
  // A file that could not be read may be there the next time.
  compiling.catch(() => compiled.delete(specifier))
  return compiling
}

/** Options of Emscripten modules. Their output is not for the terminal. */
export interface ModuleOptions {
  readonly instantiateWasm: (imports: object, receive: (instance: Instance) => unknown) => object
  readonly print: () => void
  readonly printErr: () => void
}

export async function moduleOptions(specifier: string): Promise<ModuleOptions> {
  const code = await compile(specifier)
  return {
    instantiateWasm: (imports, receive) => {
      const instance = new WebAssembly.Instance(code, imports)
      receive(instance)
      return instance.exports
    },
    print: () => undefined,
    printErr: () => undefined,
  }
}
