import fc from 'fast-check'

/** One change of a file. Places are numbers of any size, taken modulo what the file has. */
export type Mutation =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'set'; readonly at: number; readonly byte: number; readonly count: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'remove'; readonly at: number; readonly count: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly count: number; readonly times: number }
  | {
      readonly kind: 'splice'
      readonly at: number
      readonly seed: number
      readonly from: number
      readonly count: number
    }
  | { readonly kind: 'token'; readonly at: number; readonly token: number; readonly over: boolean }
  | {
      readonly kind: 'number'
      readonly at: number
      readonly bytes: 1 | 2 | 4 | 8
      readonly little: boolean
      readonly value: number
    }

export interface Case {
  readonly seed: number
  readonly mutations: readonly Mutation[]
  /** True if checksums are made right afterwards, so that what stands behind them is reached. */
  readonly isMended: boolean
}

const at = fc.oneof(fc.nat(64), fc.nat(0xffffffff))
const count = fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 4096 }))
/** Lengths and counts at the edges of what they can be. */
const edges = [
  0,
  1,
  2,
  7,
  8,
  16,
  127,
  128,
  255,
  256,
  1000,
  1024,
  32767,
  65535,
  65536,
  2 ** 24,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
]

/** Changes in place come more often: a file whose parts have moved is refused by the first offset. */
const mutation = fc.oneof<fc.MaybeWeightedArbitrary<Mutation>[]>(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('flip'), at, bit: fc.nat(7) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('number'),
      at,
      bytes: fc.constantFrom(1, 2, 4, 8),
      little: fc.boolean(),
      value: fc.oneof(fc.constantFrom(...edges), fc.nat(0xffffffff)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('set'),
      at,
      byte: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff),
      count,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('token'), at, token: fc.nat(), over: fc.boolean() }),
  },
  fc.record({ kind: fc.constant('cut'), at }),
  fc.record({ kind: fc.constant('remove'), at, count }),
  fc.record({ kind: fc.constant('repeat'), at, count, times: fc.oneof(fc.nat(4), fc.nat(20_000)) }),
  fc.record({ kind: fc.constant('splice'), at, seed: fc.nat(), from: at, count }),
)

export const fileCase: fc.Arbitrary<Case> = fc.record({
  seed: fc.nat(),
  mutations: fc.array(mutation, { minLength: 1, maxLength: 4 }),
  isMended: fc.boolean(),
})

/** A changed file is not longer than this, or than the file was. */
const maxBytes = 2_000_000

export function mutate(
  seeds: readonly Uint8Array[],
  tokens: readonly Uint8Array[],
  { seed, mutations }: Case,
): Buffer {
  const first = Buffer.from(seeds[seed % seeds.length]!)
  const limit = Math.max(maxBytes, first.length)
  return mutations.reduce<Buffer>(
    (bytes, one) => Buffer.from(apply(bytes, one, seeds, tokens).subarray(0, limit)),
    first,
  )
}

function apply(
  bytes: Buffer,
  mutation: Mutation,
  seeds: readonly Uint8Array[],
  tokens: readonly Uint8Array[],
): Buffer {
  const place = bytes.length === 0 ? 0 : mutation.at % bytes.length
  const put = (piece: Uint8Array, over: number): Buffer =>
    Buffer.concat([bytes.subarray(0, place), piece, bytes.subarray(place + over)])
  switch (mutation.kind) {
    case 'flip':
      if (bytes.length > 0) bytes[place]! ^= 1 << mutation.bit
      return bytes
    case 'set':
      return bytes.fill(mutation.byte, place, Math.min(bytes.length, place + mutation.count))
    case 'cut':
      return bytes.subarray(0, place)
    case 'remove':
      return put(Buffer.alloc(0), mutation.count)
    case 'repeat': {
      const piece = bytes.subarray(place, place + mutation.count)
      return put(Buffer.alloc(Math.min(maxBytes, piece.length * mutation.times), piece), 0)
    }
    case 'splice': {
      const other = seeds[mutation.seed % seeds.length]!
      const from = mutation.from % other.length
      return put(other.subarray(from, from + mutation.count), 0)
    }
    case 'token': {
      const token = tokens[mutation.token % tokens.length] ?? Buffer.alloc(0)
      return put(token, mutation.over ? token.length : 0)
    }
    case 'number':
      return writeNumber(bytes, place, mutation)
  }
}

function writeNumber(
  bytes: Buffer,
  place: number,
  { bytes: width, little, value }: Extract<Mutation, { kind: 'number' }>,
): Buffer {
  if (place + width > bytes.length) return bytes
  const low = Math.min(width, 6)
  const fitting = value % 2 ** (8 * low)
  bytes.fill(0, place, place + width)
  if (little) bytes.writeUIntLE(fitting, place, low)
  else bytes.writeUIntBE(fitting, place + width - low, low)
  return bytes
}
