import { describe, expect, it } from 'vitest'
import { pickle } from '../../../tests/support/pickler.ts'
import { PickleGlobal, readPickle, type PickleVocabulary } from './pickle.ts'

const vocabulary: PickleVocabulary = {
  globals: new Map([
    ['collections.OrderedDict', new PickleGlobal('collections.OrderedDict', () => new Map())],
    ['torch.FloatStorage', new PickleGlobal('torch.FloatStorage')],
  ]),
  persistent: (id) => ({ id }),
  buildable: (object) => object instanceof Map,
}
const read = (...parts: readonly Buffer[]): unknown =>
  readPickle(pickle.program(...parts), 0, vocabulary).value
const command = pickle.tuple(pickle.text('touch pastiche-was-here'))

describe('the pickle reader', () => {
  it('reads what state dicts are made of', () => {
    const items = [
      pickle.text('a'),
      pickle.tuple(pickle.int(-3), pickle.true(), pickle.none()),
      pickle.text('b'),
    ]
    const value = read(pickle.emptyDict(), pickle.mark(), ...items, pickle.emptyList(), pickle.setItems())
    expect(value).toEqual(
      new Map<string, unknown>([
        ['a', [-3, true, null]],
        ['b', []],
      ]),
    )
  })

  it('recalls what it kept', () => {
    expect(read(pickle.mark(), pickle.text('x'), pickle.put(7), pickle.get(7), Buffer.from('t'))).toEqual([
      'x',
      'x',
    ])
  })

  it('reads long numbers of either sign', () => {
    expect(read(pickle.long([0xff]))).toBe(-1)
    expect(read(pickle.long([0, 0, 0, 0, 1]))).toBe(2 ** 32)
    expect(read(pickle.long(new Array<number>(10).fill(0x11)))).toBe(0x11111111111111111111n)
    expect(read(pickle.long([]))).toBe(0)
  })

  it('says where the pickle ends', () => {
    const bytes = Buffer.concat([Buffer.from('..'), pickle.program(pickle.none()), Buffer.from('rest')])
    expect(readPickle(bytes, 2, vocabulary)).toEqual({ value: null, end: 6 })
  })

  const hostile = {
    'a call of os.system': [pickle.global('os', 'system'), command, pickle.reduce()],
    'posix.system by name alone': [pickle.global('posix', 'system')],
    'builtins.eval': [pickle.call('builtins', 'eval', pickle.text('1'))],
    'a name taken from the stack': [Buffer.from('\x8c\x05posix\x8c\x06system\x93', 'latin1')],
    'an instance by INST': [pickle.mark(), pickle.text('x'), pickle.inst('posix', 'system')],
  }
  it.each(Object.entries(hostile))('refuses %s by its name', (_, parts) => {
    expect(() => read(...parts)).toThrow(
      /asks for "(os|posix|builtins)\.(system|eval)", .* Nothing was run\./,
    )
  })

  const roundabout = {
    'BUILD of an allowed name': [
      pickle.global('collections', 'OrderedDict'),
      pickle.emptyDict(),
      pickle.build(),
    ],
    'BUILD of a list': [pickle.emptyList(), pickle.emptyDict(), pickle.build()],
    'a call of text': [pickle.text('os.system'), command, pickle.reduce()],
    'a call of a dict': [pickle.emptyDict(), command, pickle.reduce()],
  }
  it.each(Object.entries(roundabout))('refuses %s', (_, parts) => {
    expect(() => read(...parts)).toThrow(expect.objectContaining({ code: 'weights-refused' }))
  })

  const object = [pickle.global('argparse', 'Namespace'), pickle.emptyTuple(), Buffer.from([0x81])]
  const opaque = {
    'an object of a class': [...object, pickle.emptyDict(), pickle.build()],
    'an object by OBJ': [pickle.mark(), pickle.global('argparse', 'Namespace'), pickle.int(1), pickle.obj()],
    'an object by INST': [pickle.mark(), pickle.int(1), pickle.inst('argparse', 'Namespace')],
    'a call of a name that is not known': [pickle.call('argparse', 'Namespace', pickle.int(1))],
  }
  it.each(Object.entries(opaque))('makes nothing of %s but a value that stands for it', (_, parts) => {
    expect(read(...parts)).toEqual(expect.objectContaining({ name: 'argparse.Namespace' }))
  })

  it('keeps what is put into an object that is a dict', () => {
    const items = [pickle.mark(), pickle.text('a'), pickle.int(1), pickle.setItems()]
    expect(read(...object, ...items)).toMatchObject({ items: new Map([['a', 1]]) })
  })

  it('is not exhausted by a long list that is copied again and again', () => {
    const list = Buffer.concat([
      pickle.emptyList(),
      pickle.mark(),
      Buffer.alloc(50_000, 'N'),
      pickle.appends(),
    ])
    const again = [
      pickle.global('collections', 'OrderedDict'),
      pickle.get(1),
      Buffer.from('\x85R0', 'latin1'),
    ]
    const copies = Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.concat(again)))
    const startedMs = performance.now()
    expect(() => read(list, pickle.put(1), copies)).toThrow('more work than')
    expect(performance.now() - startedMs).toBeLessThan(2000)
  })

  it('drops the state that BUILD gives to a dict', () => {
    const state = [
      pickle.emptyDict(),
      pickle.mark(),
      pickle.text('__class__'),
      pickle.int(1),
      pickle.setItems(),
    ]
    expect(read(pickle.emptyDict(), ...state, pickle.build())).toEqual(new Map())
  })

  it.each(['__proto__', 'constructor', 'toString'])('takes the key %s as any other', (key) => {
    const value = read(pickle.emptyDict(), pickle.mark(), pickle.text(key), pickle.int(1), pickle.setItems())
    expect(value).toEqual(new Map([[key, 1]]))
  })

  const broken = {
    'an instruction that is none': [Buffer.from([0xff])],
    'an extension': [Buffer.from([0x82, 1])],
    'a pop from nothing': [Buffer.from('0')],
    'a tuple without a mark': [Buffer.from('t')],
    'something that was never kept': [pickle.get(3)],
    'items for what is no dict': [
      pickle.emptyList(),
      pickle.mark(),
      pickle.int(1),
      pickle.int(2),
      pickle.setItems(),
    ],
    'a key without a value': [pickle.emptyDict(), pickle.mark(), pickle.int(1), pickle.setItems()],
    'text of 4 GB': [Buffer.from([0x58, 0xff, 0xff, 0xff, 0xff])],
    'a name without end': [Buffer.from(`c${'x'.repeat(5000)}`)],
  }
  it.each(Object.entries(broken))('calls %s damaged', (_, parts) => {
    expect(() => read(...parts)).toThrow(expect.objectContaining({ code: 'weights-damaged' }))
  })

  it('refuses protocols 0 and 1, which are text', () => {
    expect(() => readPickle(Buffer.from([0x80, 1, 0x4e, 0x2e]), 0, vocabulary)).toThrow(
      'a pickle of protocol 1; Pastiche reads 2 to 5',
    )
  })

  it('is not exhausted by a million marks', () => {
    expect(() => read(Buffer.alloc(1_000_000, '('))).toThrow('it takes more than it has')
  })

  it('never shows more of a name than fits a line, and no control characters', () => {
    expect(() => read(pickle.global('os.\x1b[2J', 'x'.repeat(900)))).toThrow(
      /asks for "os\.\\u001b\[2J\.x{60,80}\.\.\."/,
    )
  })
})
