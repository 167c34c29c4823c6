/* Runs inside the page, before anything else does: what Electron gives a preload script, and the script itself. */

interface PageWorld {
  standInSend(kind: 'send' | 'invoke', channel: string, args: unknown[]): Promise<unknown>
  standInReceive(channel: string, args: unknown[]): void
  /** The paths of files, by name, as far as they lie on the disk. A browser tells no page. */
  standInPaths?: Record<string, string>
}

type Preload = (require: (name: string) => unknown, module: { exports: unknown }, exports: unknown) => void

/** Electron copies what crosses from one world to the other, and wraps functions; prototypes stay where they are. */
function across(value: unknown): unknown {
  if (typeof value === 'function') {
    const call = value as (...args: unknown[]) => unknown
    return (...args: unknown[]) => across(call(...args.map(across)))
  }
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Blob) return value
  if (value instanceof Promise)
    return value.then(across, (error: unknown) => {
      throw new Error(error instanceof Error ? error.message : String(error))
    })
  if (Array.isArray(value)) return value.map(across)
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, across(inner)])),
  )
}

/** Self-contained: the browser gets the text of this function and of `across`. */
export function runPreload(preload: Preload): void {
  if (window !== window.top) return
  const world = globalThis as unknown as PageWorld
  const listeners = new Map<string, ((event: object, ...args: unknown[]) => void)[]>()
  world.standInReceive = (channel, args) => {
    for (const listener of listeners.get(channel) ?? []) listener({ sender: null }, ...args)
  }
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: unknown) =>
        Object.defineProperty(window, name, { value: across(api), enumerable: true }),
    },
    ipcRenderer: {
      on: (channel: string, listener: (event: object, ...args: unknown[]) => void) =>
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      send: (channel: string, ...args: unknown[]) =>
        void world.standInSend('send', channel, structuredClone(args)),
      invoke: (channel: string, ...args: unknown[]) =>
        world.standInSend('invoke', channel, structuredClone(args)),
    },
    webUtils: {
      getPathForFile: (file: unknown) => {
        if (!(file instanceof File)) throw new TypeError('Expected a File.')
        return world.standInPaths?.[file.name] ?? ''
      },
    },
  }
  const require = (name: string): unknown => {
    if (name === 'electron') return electron
    throw new Error(`A sandboxed preload script cannot load ${name}.`)
  }
  const module = { exports: {} }
  preload(require, module, module.exports)
}

/** The script that a browser runs in each new document for a window with this preload script. */
export function pageScript(preloadText: string): string {
  const preload = `function (require, module, exports) {\n${preloadText}\n}`
  return `(() => {\n${across.toString()}\n(${runPreload.toString()})(${preload})\n})()`
}
