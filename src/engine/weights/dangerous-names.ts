/** Modules that reach the computer. A checkpoint that names one is an attack on whoever opens it in Python. */
const dangerousModules = new Set(
  'os posix nt subprocess sys shutil socket pty runpy commands importlib webbrowser ctypes pdb bdb timeit pip'.split(
    ' ',
  ),
)
const dangerousFunctions = new Set(
  'eval exec execfile compile __import__ open file input breakpoint apply exit quit'.split(' '),
)

/** True if only an attack asks for a name. */
export function isDangerous(module: string, name: string): boolean {
  if (module === 'builtins' || module === '__builtin__') return dangerousFunctions.has(name.split('.')[0]!)
  return dangerousModules.has(module.split('.')[0]!)
}
