import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { attacksOn } from './support/regex-attacks.ts'
import { stepCounter } from './support/regex-steps.ts'

// Whatever a pattern is used for today, tomorrow it may see the content of a file: so that none may take more than a few steps for
// each character, by whatever text.

const root = fileURLToPath(new URL('..', import.meta.url))
const files = globSync('src/**/*.{ts,svelte}', { cwd: root, absolute: true }).filter(
  (file) => !file.endsWith('.test.ts'),
)

interface Found {
  readonly place: string
  readonly literal: string
}

/** Every literal of a file, by the parser of TypeScript; of a component, those of its scripts. */
function literalsOf(file: string): Found[] {
  const text = readFileSync(file, 'utf8')
  const code = file.endsWith('.svelte') ? scriptsOf(text) : text
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest)
  const found: Found[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
      found.push({ place: `${relative(root, file)}:${line + 1}`, literal: node.text })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function scriptsOf(component: string): string {
  const parts = component.split('<script').slice(1)
  return parts.map((part) => part.slice(part.indexOf('>') + 1, part.indexOf('</script>'))).join('\n')
}

const few = 50
/** Linear work takes twice the steps for twice the text, quadratic work four times. Steps that are made once hardly matter. */
const mostGrowth = 2.8
const constantSteps = 200
/** Linear work on the longest attack takes a tenth of it. */
const limit = 400_000

/** The attack that makes a pattern do more than linear work; null: there is none. */
function superLinear(literal: string): string | null {
  const counter = stepCounter(literal)
  const [once, twice] = [attacksOn(literal, few), attacksOn(literal, 2 * few)]
  const index = once.findIndex((text, i) => {
    const [before, after] = [counter.count(text, limit), counter.count(twice[i]!, limit)]
    return after === Infinity || after > mostGrowth * before + constantSteps
  })
  return index < 0 ? null : once[index]!.slice(0, 60)
}

describe('the counter of steps', () => {
  it.each([
    '/(a+)+$/', // exponential
    '/^(\\s*a\\s*)*b/',
    '/x*$/', // quadratic, as each start is tried
    '/weight(?!.*weight)/',
    '/^\\s*\\s*x/',
    '/#\\d+: .*?\\(\\): (.*)/g',
    '/^(<!--[^]*?-->\\s*)*<svg/i',
    '/\\d+\\d+$/',
  ])('finds that %s does more than linear work', (literal) => {
    expect(superLinear(literal)).not.toBeNull()
  })

  it.each([
    '/^a+b$/',
    '/a/g',
    '/^[a-z0-9]+(-[a-z0-9]+)*$/',
    '/^.*?[.](?=\\s|$)/s',
    '/(?<=.)\\+(?=.)/',
    '/\\bfoo\\b/u',
  ])('finds nothing against %s', (literal) => {
    expect(superLinear(literal)).toBeNull()
  })

  it.each([
    ['/^(a|b)*c$/', 'ababac', true],
    ['/(?:^|\\.)features\\.(\\d+)\\.weight$/', 'x.features.12.weight', true],
    ['/^a{2,3}$/', 'aaaa', false],
    ['/^(?!.*x)/', 'abx', false],
    ['/a.?$/', 'ba', true],
  ])('walks through %s as JavaScript does', (literal, text, matches) => {
    const [, body, flags] = /^\/(.*)\/([a-z]*)$/.exec(literal)!
    expect(new RegExp(body!, flags).test(text)).toBe(matches)
    // One that matches stops early; one that does not tries every start.
    expect(stepCounter(literal).count(text, limit)).toBeGreaterThan(0)
  })
})

describe('the regular expressions of src', () => {
  const found = files.flatMap(literalsOf)

  it('are found', () => {
    expect(found.length).toBeGreaterThan(60)
  })

  it.each(found)('$place: $literal takes linear work', ({ literal }) => {
    expect(superLinear(literal)).toBeNull()
  })

  it('are not put together from texts, where no check can see them, but for those that are known', () => {
    const dynamic = files.filter((file) => readFileSync(file, 'utf8').includes('RegExp('))
    // The number of hexadecimal digits.
    expect(dynamic.map((file) => relative(root, file))).toEqual(['src/shared/contract/models.ts'])
  })
})
