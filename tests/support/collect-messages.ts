import { readFileSync } from 'node:fs'
import { globSync } from 'tinyglobby'
import ts from 'typescript'

export interface Message {
  /** File and line, such as "src/host/settings.ts:12". */
  readonly place: string
  readonly kind: 'message' | 'hint'
  /** The text, with "…" in place of values. */
  readonly text: string
}

/** Every text that `new PasticheError(…)` in `src` can carry: its message and its own hint, as far as the file itself spells them. */
export function collectMessages(root: string): Message[] {
  const files = globSync(['src/**/*.ts', '!src/**/*.test.ts'], { cwd: root })
  return files.sort().flatMap((file) => messagesIn(file, readFileSync(`${root}/${file}`, 'utf8')))
}

function messagesIn(file: string, code: string): Message[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true)
  const constants = new Map<string, ts.Expression>()
  const found: Message[] = []
  const add = (kind: Message['kind'], node: ts.Expression): void => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
    for (const text of textsOf(node, constants)) found.push({ place: `${file}:${line}`, kind, text })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined && ts.isIdentifier(node.name))
      constants.set(node.name.text, node.initializer)
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'hint') add('hint', node.initializer)
    const isError = ts.isNewExpression(node) && node.expression.getText() === 'PasticheError'
    const message = isError ? node.arguments?.[1] : undefined
    if (message !== undefined) add('message', message)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** All texts that an expression can come to; none where another function makes it. */
function textsOf(node: ts.Expression, constants: ReadonlyMap<string, ts.Expression>): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isTemplateExpression(node))
    return [node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('')]
  if (ts.isConditionalExpression(node))
    return [node.whenTrue, node.whenFalse].flatMap((side) => textsOf(side, constants))
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression, constants)
  const constant = ts.isIdentifier(node) ? constants.get(node.text) : undefined
  return constant === undefined || constant === node ? [] : textsOf(constant, constants)
}
