import type { Dimension } from '../../src/engine/graph/dimension.ts'

/**
 * The number that a formula such as `2*floor((H-1)/2)+1` stands for: plain arithmetic on what the symbols stand for.
 *
 * @returns undefined where a symbol is not known
 */
export function evaluateDimension(
  dimension: Dimension,
  symbols: Readonly<Record<string, number>>,
): number | undefined {
  if (typeof dimension === 'number') return dimension
  const tokens = dimension.match(/\d+|[A-Za-z]\w*|[-+*/()]/g) ?? []
  if (tokens.join('') !== dimension) throw new Error(`${dimension} is no formula.`)
  const value = sum(tokens, symbols)
  if (tokens.length > 0) throw new Error(`${dimension} ends with ${tokens.join('')}.`)
  return Number.isNaN(value) ? undefined : value
}

type Symbols = Readonly<Record<string, number>>

function sum(tokens: string[], symbols: Symbols): number {
  let value = product(tokens, symbols)
  while (tokens[0] === '+' || tokens[0] === '-')
    value = tokens.shift() === '+' ? value + product(tokens, symbols) : value - product(tokens, symbols)
  return value
}

function product(tokens: string[], symbols: Symbols): number {
  let value = factor(tokens, symbols)
  while (tokens[0] === '*' || tokens[0] === '/')
    value = tokens.shift() === '*' ? value * factor(tokens, symbols) : value / factor(tokens, symbols)
  return value
}

function factor(tokens: string[], symbols: Symbols): number {
  const token = tokens.shift()!
  if (token === '(') {
    const value = sum(tokens, symbols)
    tokens.shift()
    return value
  }
  if (token === 'floor') return Math.floor(factor(tokens, symbols))
  return /^\d/.test(token) ? Number(token) : (symbols[token] ?? NaN)
}
