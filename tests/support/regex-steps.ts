import { parseRegExpLiteral, type AST } from '@eslint-community/regexpp'

// A backtracking matcher that counts its steps, as the engines of JavaScript take them: so that how the work of a pattern grows can
// be told without a clock.

/** Calls `next` with each position where a match may end; true once one is accepted. */
type Matcher = (text: string, at: number, next: (end: number) => boolean) => boolean

class TooManySteps extends Error {}

export interface StepCounter {
  /** Steps of a search through the text as RegExp.exec does it; Infinity for more than `limit`. */
  count(text: string, limit: number): number
}

/** @param literal as it stands in source code, with its slashes and flags */
export function stepCounter(literal: string): StepCounter {
  const { pattern, flags } = parseRegExpLiteral(literal)
  const work = { steps: 0, limit: 0 }
  const match = alternatives(pattern.alternatives, flags.raw, () => {
    if (++work.steps > work.limit) throw new TooManySteps()
  })
  return {
    count(text, limit) {
      work.steps = 0
      work.limit = limit
      try {
        for (let start = 0; start <= text.length; start++) if (match(text, start, () => true)) break
        return work.steps
      } catch (error) {
        if (error instanceof TooManySteps) return Infinity
        throw error
      }
    },
  }
}

function alternatives(list: readonly AST.Alternative[], flags: string, step: () => void): Matcher {
  const matchers = list.map(({ elements }) => sequence(elements.map((one) => element(one, flags, step))))
  return (text, at, next) => matchers.some((match) => match(text, at, next))
}

function sequence(matchers: readonly Matcher[]): Matcher {
  return matchers.reduceRight<Matcher>(
    (rest, match) => (text, at, next) => match(text, at, (end) => rest(text, end, next)),
    (_text, at, next) => next(at),
  )
}

function element(node: AST.Element, flags: string, step: () => void): Matcher {
  switch (node.type) {
    case 'Group':
    case 'CapturingGroup':
      return alternatives(node.alternatives, flags, step)
    case 'Quantifier':
      return quantified(node, element(node.element, flags, step), step)
    case 'Assertion':
      return assertion(node, flags, step)
    case 'Backreference':
      throw new Error(
        `${node.raw} refers back, which this matcher does not count: write the pattern without.`,
      )
    case 'Character':
    case 'CharacterClass':
    case 'CharacterSet':
    case 'ExpressionCharacterClass':
      return oneCharacter(node.raw, flags, step)
  }
}

/** A character or a class of them, judged by JavaScript itself. */
function oneCharacter(raw: string, flags: string, step: () => void): Matcher {
  const single = new RegExp(`^(?:${raw})$`, flags.replace(/[gy]/g, ''))
  const known = new Map<string, boolean>()
  return (text, at, next) => {
    step()
    const character = text[at]
    if (character === undefined) return false
    const fits = known.get(character) ?? single.test(character)
    known.set(character, fits)
    return fits && next(at + 1)
  }
}

function quantified({ min, max, greedy }: AST.Quantifier, match: Matcher, step: () => void): Matcher {
  const repeat = (text: string, at: number, count: number, next: (end: number) => boolean): boolean => {
    step()
    const more = (): boolean =>
      // ECMA-262, RepeatMatcher: what may be left out must not match nothing.
      count < max && match(text, at, (end) => (end > at || count < min) && repeat(text, end, count + 1, next))
    if (count < min) return more()
    return greedy ? more() || next(at) : next(at) || more()
  }
  return (text, at, next) => repeat(text, at, 0, next)
}

function assertion(node: AST.Assertion, flags: string, step: () => void): Matcher {
  if (node.kind === 'lookahead' || node.kind === 'lookbehind') {
    const inner = alternatives(node.alternatives, flags, step)
    const { kind, negate } = node
    const holds = (text: string, at: number): boolean =>
      kind === 'lookahead'
        ? inner(text, at, () => true)
        : Array.from({ length: at + 1 }, (_, i) => at - i).some((from) =>
            inner(text, from, (end) => end === at),
          )
    return (text, at, next) => holds(text, at) !== negate && next(at)
  }
  // `^`, `$` and `\b` look at the characters around a position, no further.
  const single = new RegExp(node.raw, flags.replace(/[gy]/g, '') + 'y')
  return (text, at, next) => {
    step()
    const from = Math.max(0, at - 1)
    const around = text.slice(from, at + 1)
    const isStart = at === 0
    const isEnd = at === text.length
    if (node.kind === 'start' && !flags.includes('m')) return isStart && next(at)
    if (node.kind === 'end' && !flags.includes('m')) return isEnd && next(at)
    single.lastIndex = at - from
    return single.test(around) && next(at)
  }
}
