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

export function add(dimension: Dimension, amount: number): Dimension {
  if (typeof dimension === 'number') return dimension + amount
  if (amount === 0) return dimension
  // A sum that was made here is opened again, so that (H+2)-2 is H.
  const match = /^\((.*)([+-]\d+)\)$/.exec(dimension)
  if (match && balanced(match[1]!)) return add(match[1]!, Number(match[2]) + amount)
  return `(${dimension}${amount > 0 ? '+' : ''}${amount})`
}

function balanced(text: string): boolean {
  let depth = 0
  for (const character of text) {
    if (character === '(') depth++
    if (character === ')' && --depth < 0) return false
  }
  return depth === 0
}

/** ⌊dimension / divisor⌋, exact where the factor of a symbol is divisible. */
export function floorDivide(dimension: Dimension, divisor: number): Dimension {
  if (divisor === 1) return dimension
  if (typeof dimension === 'number') return Math.floor(dimension / divisor)
  const { factor, symbols } = parse(dimension)
  if (factor % divisor === 0) return format({ factor: factor / divisor, symbols })
  return `floor(${dimension}/${divisor})`
}

/** Side of a convolution's or pool's output: ⌊(side + pads − dilation·(kernel − 1) − 1) / stride⌋ + 1 (ONNX, Conv). */
export function windowed(
  side: Dimension,
  window: { kernel: number; stride: number; pads: number; dilation?: number },
): Dimension {
  const extent = (window.dilation ?? 1) * (window.kernel - 1) + 1
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
