import { parseRegExpLiteral, type AST } from '@eslint-community/regexpp'

// Texts that make a pattern work hard, made of the pattern itself: what a part of it matches, again and again, after what comes
// before it, and before something that nothing matches.

/** @param repeats how often each part is repeated */
export function attacksOn(literal: string, repeats: number): string[] {
  const { pattern, flags } = parseRegExpLiteral(literal)
  const seeds = new Set<string>()
  const prefixes = new Set<string>([''])
  collect(pattern.alternatives, '', flags.raw, seeds, prefixes)
  const whole = pattern.alternatives.flatMap((one) => beginnings(one, flags.raw))
  const pumps = new Set([...seeds, ...whole].filter((pump) => pump !== ''))
  const endings = ['', '\0', '\n!']
  return [...pumps].flatMap((pump) =>
    [...prefixes].flatMap((prefix) => endings.map((ending) => prefix + pump.repeat(repeats) + ending)),
  )
}

/** Texts that the first elements of an alternative match, for each number of them: a search begins again at each copy. */
function beginnings({ elements }: AST.Alternative, flags: string): string[] {
  return elements.map((_, i) =>
    elements
      .slice(0, i + 1)
      .map((one) => sample(one, flags, 0))
      .join(''),
  )
}

function collect(
  list: readonly AST.Alternative[],
  before: string,
  flags: string,
  seeds: Set<string>,
  prefixes: Set<string>,
): void {
  for (const { elements } of list) {
    let prefix = before
    for (const one of elements) {
      for (const index of [0, 1, 2]) seeds.add(sample(one, flags, index))
      prefixes.add(prefix)
      const inner = one.type === 'Quantifier' ? one.element : one
      if ('alternatives' in inner) collect(inner.alternatives, prefix, flags, seeds, prefixes)
      prefix += sample(one, flags, 0)
    }
  }
}

/** A text that an element matches; `index` picks another character of a class, and another alternative. */
function sample(node: AST.Element, flags: string, index: number): string {
  switch (node.type) {
    case 'Group':
    case 'CapturingGroup':
      return (node.alternatives[index % node.alternatives.length]?.elements ?? [])
        .map((one) => sample(one, flags, index))
        .join('')
    case 'Quantifier':
      return sample(node.element, flags, index).repeat(Math.min(node.max, Math.max(1, node.min)))
    case 'Assertion':
    case 'Backreference':
      return ''
    case 'Character':
    case 'CharacterClass':
    case 'CharacterSet':
    case 'ExpressionCharacterClass':
      return charactersOf(node.raw, flags)[index] ?? charactersOf(node.raw, flags)[0] ?? ''
  }
}

const byCode = (_: unknown, code: number): string => String.fromCharCode(code)
const common = [
  ...Array.from(' a1_-/."#:(=\t\n<[A\\\0é'),
  ...Array.from({ length: 256 }, byCode),
  '\u0301',
  '\ud800',
]

/** A few characters that a class takes, common ones first. */
function charactersOf(raw: string, flags: string): string[] {
  const single = new RegExp(`^(?:${raw})$`, flags.replace(/[gy]/g, ''))
  return common.filter((character) => single.test(character)).slice(0, 3)
}
