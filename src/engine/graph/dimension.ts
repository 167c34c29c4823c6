/**
 * A side of a tensor: a number, or a symbol that stands for one. Symbols may carry a factor, as in `16*h`: the graph
 * then knows that the side can be halved four times without a remainder.
 */
export type Dimension = number | string
export type Shape = readonly Dimension[]

interface Product {
  readonly factor: number
  readonly symbols: readonly string[]
}

function parse(dimension: Dimension): Product {
  if (typeof dimension === 'number') return { factor: dimension, symbols: [] }
  const match = /^(?:(\d+)\*)?(.+)$/.exec(dimension)!
  return { factor: Number(match[1] ?? 1), symbols: splitFactors(match[2]!) }
}

/** `a*(b*c)*d` → `a`, `(b*c)`, `d`: only stars outside brackets part factors. */
function splitFactors(text: string): string[] {
  const factors = ['']
  let depth = 0
  for (const character of text) {
    if (character === '(') depth++
    if (character === ')') depth--
    if (character === '*' && depth === 0) factors.push('')
    else factors[factors.length - 1] = `${factors.at(-1)}${character}`
  }
  return factors
}

function format({ factor, symbols }: Product): Dimension {
  if (symbols.length === 0 || factor === 0) return factor
  const text = [...symbols].sort().join('*')
  return factor === 1 ? text : `${factor}*${text}`
}

export function multiply(...dimensions: readonly Dimension[]): Dimension {
  const products = dimensions.map(parse)
  return format({
    factor: products.reduce((product, { factor }) => product * factor, 1),
    symbols: products.flatMap(({ symbols }) => symbols),
  })
}

/** dividend / divisor where that is a product again, as 16*h*w / (2*w) = 8*h; null where it is not. */
export function divide(dividend: Dimension, divisor: Dimension): Dimension | null {
  const [above, below] = [parse(dividend), parse(divisor)]
  const symbols = [...above.symbols]
  for (const symbol of below.symbols) {
    const place = symbols.indexOf(symbol)
    if (place < 0) return null
    symbols.splice(place, 1)
  }
  return above.factor % below.factor === 0 ? format({ factor: above.factor / below.factor, symbols }) : null
}

export function add(dimension: Dimension, amount: number): Dimension {
  if (typeof dimension === 'number') return dimension + amount
  // A sum that was made here is opened again, so that (H+2)-2 is H.
  const { symbolic, constant } = termsOf(dimension)
  const sum = constant + amount
  return sum === 0 ? symbolic : `(${symbolic}${sum > 0 ? '+' : ''}${sum})`
}

/** a − b where that is the same number whatever the symbols stand for, else null. */
export function difference(a: Dimension, b: Dimension): number | null {
  const [left, right] = [termsOf(a), termsOf(b)]
  return left.symbolic === right.symbolic ? left.constant - right.constant : null
}

/** A dimension as a sum of what holds symbols and a number. */
function termsOf(dimension: Dimension): { symbolic: string; constant: number } {
  if (typeof dimension === 'number') return { symbolic: '', constant: dimension }
  const match = /^\((.*)([+-]\d+)\)$/.exec(dimension)
  if (!match || !balanced(match[1]!)) return { symbolic: dimension, constant: 0 }
  return { symbolic: match[1]!, constant: Number(match[2]) }
}

function balanced(text: string): boolean {
  let depth = 0
  for (const character of text) {
    if (character === '(') depth++
    if (character === ')' && --depth < 0) return false
  }
  return depth === 0
}

/** ⌊dimension / divisor⌋, exact where the factor of a symbol is divisible: ⌊(16*h+3)/2⌋ = 8*h+1. */
export function floorDivide(dimension: Dimension, divisor: number): Dimension {
  if (divisor === 1) return dimension
  if (typeof dimension === 'number') return Math.floor(dimension / divisor)
  const { symbolic, constant } = termsOf(dimension)
  const quotient = divide(symbolic, divisor)
  if (quotient === null) return `floor(${dimension}/${divisor})`
  return add(quotient, Math.floor(constant / divisor))
}

/**
 * Side of a convolution's or pool's output: ⌊(side + pads − dilation·(kernel − 1) − 1) / stride⌋ + 1 (ONNX, Conv).
 *
 * @throws where no window fits
 */
export function windowed(
  side: Dimension,
  window: { kernel: number; stride: number; pads: number; dilation?: number },
): Dimension {
  const extent = (window.dilation ?? 1) * (window.kernel - 1) + 1
  if (typeof side === 'number' && side + window.pads < extent)
    throw new Error(`a window of ${extent} does not fit into a side of ${side + window.pads}`)
  // ⌊(side − s) / s⌋ + 1 = ⌊side / s⌋: keeps the symbols of plain pooling simple.
  const slack = window.pads - extent
  if (slack === -window.stride) return floorDivide(side, window.stride)
  return add(floorDivide(add(side, slack), window.stride), 1)
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, i) => dimension === b[i])
}

/** Numpy's broadcasting; throws where two sides differ and neither is 1. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - (rank - a.length)] ?? 1
    const right = b[i - (rank - b.length)] ?? 1
    if (left === right || right === 1) return left
    if (left === 1) return right
    throw new Error(`Shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast.`)
  })
}
