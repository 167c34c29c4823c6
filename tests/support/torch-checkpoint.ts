import type { Tensor } from '../../src/engine/tensor/tensor.ts'
import { pickle, pickleTensor } from './pickler.ts'
import { bytesOf, writePieces } from './weight-files.ts'
import { zip } from './zip-writer.ts'

/** An object of a class that nothing here knows: NEWOBJ and BUILD. */
const object = (module: string, name: string, ...state: readonly Buffer[]): Buffer =>
  Buffer.concat([
    pickle.global(module, name),
    pickle.emptyTuple(),
    Buffer.from([0x81]),
    pickle.emptyDict(),
    pickle.mark(),
    ...state,
    pickle.setItems(),
    pickle.build(),
  ])

const dict = (...items: readonly Buffer[]): Buffer =>
  Buffer.concat([pickle.emptyDict(), pickle.mark(), ...items, pickle.setItems()])

/** A number of NumPy's, as protocol 2 pickles it: its bytes are text that a codec turns back. */
export function numpyScalar(): Buffer {
  const type = pickle.call('numpy', 'dtype', pickle.text('f8'), pickle.false(), pickle.true())
  const bytes = pickle.call('_codecs', 'encode', pickle.text('\0'.repeat(8)), pickle.text('latin1'))
  return pickle.call('numpy._core.multiarray', 'scalar', type, bytes)
}

/** `{ epoch, best, args, optimizer, model }`, as people's own training loops save it. */
export function writeTrainingCheckpoint(path: string, tensors: ReadonlyMap<string, Tensor>): void {
  const entries = [...tensors]
  const tensorOf = (i: number): Buffer => pickleTensor(String(i), entries[i]![1].shape)
  const moments = entries.flatMap((_, i) => [pickle.int(i), dict(pickle.text('exp_avg'), tensorOf(i))])
  const checkpoint = dict(
    ...[pickle.text('epoch'), pickle.int(3)],
    ...[pickle.text('best'), numpyScalar()],
    ...[pickle.text('args'), object('argparse', 'Namespace', pickle.text('lr'), numpyScalar())],
    ...[pickle.text('optimizer'), dict(pickle.text('state'), dict(...moments))],
    ...[
      pickle.text('model'),
      pickle.call('collections', 'OrderedDict'),
      pickle.mark(),
      ...entries.flatMap(([name], i) => [pickle.text(name), tensorOf(i)]),
      pickle.setItems(),
    ],
  )
  const storages = entries.map(([, tensor], i) => ({ name: `checkpoint/data/${i}`, data: bytesOf(tensor) }))
  writePieces(path, zip([{ name: 'checkpoint/data.pkl', data: pickle.program(checkpoint) }, ...storages]))
}
