/** Pickle instructions as bytes (CPython, Lib/pickletools.py), for files that torch would write and for hostile ones. */
export const pickle = {
  proto: (version = 2) => Buffer.from([0x80, version]),
  stop: () => Buffer.from('.'),
  mark: () => Buffer.from('('),
  none: () => Buffer.from('N'),
  false: () => Buffer.from([0x89]),
  true: () => Buffer.from([0x88]),
  emptyTuple: () => Buffer.from(')'),
  emptyDict: () => Buffer.from('}'),
  emptyList: () => Buffer.from(']'),
  reduce: () => Buffer.from('R'),
  build: () => Buffer.from('b'),
  setItems: () => Buffer.from('u'),
  appends: () => Buffer.from('e'),
  persistentId: () => Buffer.from('Q'),
  global: (module: string, name: string) => Buffer.from(`c${module}\n${name}\n`),
  inst: (module: string, name: string) => Buffer.from(`i${module}\n${name}\n`),
  obj: () => Buffer.from('o'),
  put: (index: number) => Buffer.from([0x71, index]),
  get: (index: number) => Buffer.from([0x68, index]),
  int(value: number) {
    const bytes = Buffer.alloc(5)
    bytes[0] = 0x4a
    bytes.writeInt32LE(value, 1)
    return bytes
  },
  long: (bytes: readonly number[]) => Buffer.from([0x8a, bytes.length, ...bytes]),
  text(value: string) {
    const utf8 = Buffer.from(value)
    const head = Buffer.alloc(5)
    head[0] = 0x58
    head.writeUInt32LE(utf8.length, 1)
    return Buffer.concat([head, utf8])
  },
  tuple: (...parts: readonly Buffer[]) => Buffer.concat([pickle.mark(), ...parts, Buffer.from('t')]),
  call: (module: string, name: string, ...args: readonly Buffer[]) =>
    Buffer.concat([pickle.global(module, name), pickle.tuple(...args), pickle.reduce()]),
  program: (...parts: readonly Buffer[]) => Buffer.concat([pickle.proto(), ...parts, pickle.stop()]),
} as const

/** A tensor as torch pickles it: a view of the storage of that key. */
export function pickleTensor(
  key: string,
  shape: readonly number[],
  {
    legacy = false,
    storage = 'FloatStorage',
    offset = 0,
    stride = rowMajor(shape),
    count = size(shape),
  } = {},
): Buffer {
  const id = [
    pickle.text('storage'),
    pickle.global('torch', storage),
    pickle.text(key),
    pickle.text('cpu'),
    pickle.int(count),
    ...(legacy ? [pickle.none()] : []),
  ]
  const rest = legacy ? [] : [pickle.false(), pickle.call('collections', 'OrderedDict')]
  return pickle.call(
    'torch._utils',
    // The format of PyTorch 0.1, and with it the published torchvision files.
    legacy ? '_rebuild_tensor' : '_rebuild_tensor_v2',
    Buffer.concat([pickle.tuple(...id), pickle.persistentId()]),
    pickle.int(offset),
    pickle.tuple(...shape.map((side) => pickle.int(side))),
    pickle.tuple(...stride.map((step) => pickle.int(step))),
    ...rest,
  )
}

export function size(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1)
}

function rowMajor(shape: readonly number[]): number[] {
  return shape.map((_, axis) => size(shape.slice(axis + 1)))
}
