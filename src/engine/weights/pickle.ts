import { PasticheError } from '../../shared/errors.ts'
import { isDangerous } from './dangerous-names.ts'
import { PickleInput } from './pickle-input.ts'
import { maxNameLength, quoted } from './tensor-file.ts'

// Python's pickle is a program for a stack machine (opcodes: CPython, Lib/pickletools.py). Its danger is that GLOBAL
// imports any function by name and REDUCE calls it. This machine has no import: a name is looked up in a table of the
// few that a state dict is made of, each of them a function of ours that builds plain data. What any other name would
// make becomes an Opaque, of which nothing is known but that name. Names that only an attack needs are refused.

/** @param spend to be told how many items a call is about to copy, before it does */
type Call = (args: readonly unknown[], spend: Spend) => unknown
export type Spend = (items: number) => void

/** A name that the pickle may use, and what stands for calling it. */
export class PickleGlobal {
  readonly name: string
  /** Absent where the name is only passed on, as the type of a storage, and for every name that is not known. */
  readonly call: Call | undefined

  constructor(name: string, call?: Call) {
    this.name = name
    this.call = call
  }
}

/** Stands for an object that is not made here: a number of NumPy's, the arguments of a training, a whole module. */
export class Opaque {
  /** Name of the class or function that would make it. */
  readonly name: string
  /** Objects that are dictionaries keep what is put into them under a name. */
  readonly items = new Map<string, unknown>()
  /** True if it is a module of PyTorch, by the state that it is given. */
  isModule = false

  constructor(name: string) {
    this.name = name
  }
}

/** Everything that a pickle can reach. */
export interface PickleVocabulary {
  readonly globals: ReadonlyMap<string, PickleGlobal>
  /** Objects that are kept outside the pickle; torch keeps its storages there. */
  persistent(id: unknown): unknown
  /** True if BUILD may give this object a state; the state is dropped. */
  buildable(object: unknown): boolean
}

/** Value of a pickle, and the position after its STOP. */
export interface PickleResult {
  readonly value: unknown
  readonly end: number
}

/**
 * Reads one pickle of protocol 2 to 5 from `bytes[start]` on. Lists and tuples become arrays, dicts become Maps, and what
 * other objects would be made of the vocabulary's names becomes an Opaque. Time and memory are bounded by a budget of work.
 *
 * @throws PasticheError `weights-refused` for a name or an instruction that only an attack needs, `weights-damaged` for
 * what is no pickle
 */
export function readPickle(bytes: Uint8Array, start: number, vocabulary: PickleVocabulary): PickleResult {
  const machine = new PickleMachine(new PickleInput(bytes, start), vocabulary)
  for (;;) {
    const opcode = machine.input.byte()
    if (opcode === STOP) return { value: machine.pop(), end: machine.input.position }
    const operation = operations.get(opcode)
    if (!operation) throw unknownOpcode(opcode)
    operation(machine)
  }
}

const STOP = 0x2e
/**
 * Values made and items copied; a state dict of 20,000 tensors takes 5 million. A short pickle can ask again and again for a long
 * list to be copied, or for an object with every byte.
 */
const maxWork = 8_000_000
/** Budget that an object uses; a dict has 200 bytes. */
const workOfObject = 16
/** Values are remembered under numbers from 0 on; 20,000 tensors have 200,000. */
const maxMemo = 1_000_000

class PickleMachine {
  readonly input: PickleInput
  readonly vocabulary: PickleVocabulary
  readonly #stack: unknown[] = []
  readonly #marks: number[] = []
  readonly #memo = new Map<number, unknown>()
  #work = 0

  constructor(input: PickleInput, vocabulary: PickleVocabulary) {
    this.input = input
    this.vocabulary = vocabulary
  }

  /** Puts a new value on the stack. */
  push(value: unknown): void {
    this.spend(typeof value === 'object' && value !== null ? workOfObject : 1)
    this.#stack.push(value)
  }

  readonly spend: Spend = (items) => {
    this.#work += items
    if (this.#work > maxWork) throw refused('more work than a dictionary of tensors takes')
  }

  pop(): unknown {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw damaged('it takes more than it has')
    return this.#stack.pop()
  }

  top(): unknown {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw damaged('it takes more than it has')
    return this.#stack.at(-1)
  }

  repeat(value: unknown): void {
    this.spend(1)
    this.#stack.push(value)
  }

  mark(): void {
    this.#marks.push(this.#stack.length)
  }

  popToMark(): unknown[] {
    const mark = this.#marks.pop()
    if (mark === undefined) throw damaged('a mark is missing')
    return this.#stack.splice(mark)
  }

  remember(key: number): void {
    if (key > maxMemo) throw damaged('it keeps more values than there can be')
    this.#memo.set(key, this.top())
  }

  memoize(): void {
    this.remember(this.#memo.size)
  }

  recall(key: number): void {
    if (!this.#memo.has(key)) throw damaged('it recalls what it never kept')
    this.repeat(this.#memo.get(key))
  }

  global(module: string, name: string): void {
    if (module.length + name.length > maxNameLength)
      throw refused(`a name of ${module.length + name.length} letters`)
    const full = `${module}.${name}`
    if (isDangerous(module, name)) throw refused(quoted(full))
    this.push(this.vocabulary.globals.get(full) ?? new PickleGlobal(full))
  }

  reduce(): void {
    const args = this.pop()
    const callable = this.pop()
    if (!Array.isArray(args)) throw damaged('the arguments of a call are no tuple')
    if (!(callable instanceof PickleGlobal) || !callable.call) {
      this.push(opaque(callable))
      return
    }
    this.spend(args.length)
    this.spend(args.reduce((sum: number, arg) => sum + (Array.isArray(arg) ? arg.length : 0), 0))
    this.push(callable.call(args, this.spend))
  }

  /** NEWOBJ, NEWOBJ_EX, OBJ and INST: an object of a class. */
  create(): void {
    this.push(opaque(this.pop()))
  }

  build(): void {
    const state = this.pop()
    const object = this.top()
    if (object instanceof Opaque) object.isModule ||= state instanceof Map && state.has('_modules')
    else if (!this.vocabulary.buildable(object)) throw refused('a change of an object by BUILD')
  }

  addToList(items: readonly unknown[]): void {
    const list = this.top()
    if (list instanceof Opaque) return
    if (!Array.isArray(list)) throw damaged('it appends to what is no list')
    for (const item of items) list.push(item)
  }

  addToDict(items: readonly unknown[]): void {
    const object = this.top()
    const dict = object instanceof Opaque ? object.items : object
    if (!(dict instanceof Map) || items.length % 2 !== 0) throw damaged('it sets items of what is no dict')
    // Tensors have names; other keys would only make a dict slow to fill, as numbers can be chosen to have one hash.
    for (let i = 0; i < items.length; i += 2)
      if (typeof items[i] === 'string') dict.set(items[i], items[i + 1])
  }
}

type Operation = (machine: PickleMachine) => void

const constant =
  (make: () => unknown): Operation =>
  (machine) =>
    machine.push(make())
const literal =
  (read: (input: PickleInput) => unknown): Operation =>
  (machine) =>
    machine.push(read(machine.input))
const tuple =
  (length: number): Operation =>
  (machine) =>
    machine.push(Array.from({ length }, () => machine.pop()).reverse())
/** Bytes, which no tensor is made of: they are passed over. */
const bytes =
  (length: (input: PickleInput) => number): Operation =>
  (machine) => {
    machine.input.skip(length(machine.input))
    machine.push(new Opaque('bytes'))
  }
/** Leaves the class of an object that is made of this many values. */
const objectOf =
  (values: number): Operation =>
  (machine) => {
    for (let i = 0; i < values; i++) machine.pop()
    machine.create()
  }

/** Opcodes by the names that pickletools gives them; those that protocols 2 to 5 write. */
const operations: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [0x80, (m) => m.input.protocol()], // PROTO
  [0x95, (m) => void m.input.skip(8)], // FRAME
  [0x28, (m) => m.mark()], // MARK
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.popToMark()], // POP_MARK
  [0x32, (m) => m.repeat(m.top())], // DUP
  [0x4e, constant(() => null)], // NONE
  [0x88, constant(() => true)], // NEWTRUE
  [0x89, constant(() => false)], // NEWFALSE
  [0x4a, literal((input) => input.int32())], // BININT
  [0x4b, literal((input) => input.byte())], // BININT1
  [0x4d, literal((input) => input.uint16())], // BININT2
  [0x8a, literal((input) => input.long(input.byte()))], // LONG1
  [0x8b, literal((input) => input.long(input.uint32()))], // LONG4
  [0x47, literal((input) => input.float64())], // BINFLOAT
  [0x43, bytes((input) => input.byte())], // SHORT_BINBYTES
  [0x42, bytes((input) => input.uint32())], // BINBYTES
  [0x8e, bytes((input) => input.uint64())], // BINBYTES8
  [0x96, bytes((input) => input.uint64())], // BYTEARRAY8
  [0x58, literal((input) => input.utf8(input.uint32()))], // BINUNICODE
  [0x8c, literal((input) => input.utf8(input.byte()))], // SHORT_BINUNICODE
  [0x8d, literal((input) => input.utf8(input.uint64()))], // BINUNICODE8
  [0x55, literal((input) => input.latin1(input.byte()))], // SHORT_BINSTRING
  [0x54, literal((input) => input.latin1(input.uint32()))], // BINSTRING
  [0x29, constant(() => [])], // EMPTY_TUPLE
  [0x85, tuple(1)], // TUPLE1
  [0x86, tuple(2)], // TUPLE2
  [0x87, tuple(3)], // TUPLE3
  [0x74, (m) => m.push(m.popToMark())], // TUPLE
  [0x5d, constant(() => [])], // EMPTY_LIST
  [0x61, (m) => m.addToList([m.pop()])], // APPEND
  [0x65, (m) => m.addToList(m.popToMark())], // APPENDS
  [0x7d, constant(() => new Map())], // EMPTY_DICT
  [0x8f, constant(() => new Opaque('set'))], // EMPTY_SET
  [0x90, (m) => m.addToList(m.popToMark())], // ADDITEMS
  [0x91, (m) => m.push((m.popToMark(), new Opaque('frozenset')))], // FROZENSET
  [0x73, (m) => m.addToDict([m.pop(), m.pop()].reverse())], // SETITEM
  [0x75, (m) => m.addToDict(m.popToMark())], // SETITEMS
  [0x71, (m) => m.remember(m.input.byte())], // BINPUT
  [0x72, (m) => m.remember(m.input.uint32())], // LONG_BINPUT
  [0x94, (m) => m.memoize()], // MEMOIZE
  [0x68, (m) => m.recall(m.input.byte())], // BINGET
  [0x6a, (m) => m.recall(m.input.uint32())], // LONG_BINGET
  [0x63, (m) => m.global(m.input.line(), m.input.line())], // GLOBAL
  [0x93, stackGlobal], // STACK_GLOBAL
  [0x52, (m) => m.reduce()], // REDUCE
  [0x62, (m) => m.build()], // BUILD
  [0x51, (m) => m.push(m.vocabulary.persistent(m.pop()))], // BINPERSID
  [0x69, instance], // INST
  [0x6f, (m) => m.push(opaque(m.popToMark()[0]))], // OBJ
  [0x81, objectOf(1)], // NEWOBJ
  [0x92, objectOf(2)], // NEWOBJ_EX
])

function stackGlobal(machine: PickleMachine): void {
  const name = machine.pop()
  const module = machine.pop()
  if (typeof name !== 'string' || typeof module !== 'string') throw damaged('the name of a global is no text')
  machine.global(module, name)
}

function instance(machine: PickleMachine): void {
  machine.global(machine.input.line(), machine.input.line())
  const made = machine.pop()
  machine.popToMark()
  machine.push(opaque(made))
}

/** Object that a class or function would make. */
function opaque(maker: unknown): Opaque {
  if (maker instanceof PickleGlobal || maker instanceof Opaque) return new Opaque(maker.name)
  throw refused('a call of something else')
}

function refused(what: string): PasticheError {
  return new PasticheError(
    'weights-refused',
    `The file asks for ${what}, which weights never need. Nothing was run.`,
  )
}

function unknownOpcode(opcode: number): PasticheError {
  return damaged(`0x${opcode.toString(16).padStart(2, '0')} is no instruction`)
}

function damaged(why: string): PasticheError {
  return new PasticheError('weights-damaged', `The pickle in the file is damaged: ${why}.`)
}
