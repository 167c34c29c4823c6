import picocolors from 'picocolors'
import { visibleText } from '../shared/visible-text.ts'

type Palette = ReturnType<typeof picocolors.createColors>
type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow'
type Environment = Readonly<Record<string, string | undefined>>

/** Printed text: plain text, which may hold anything, or text with colours of ours. */
export type Text = string | number | Coloured

/**
 * Text in one of our styles. The codes come when it is printed, after the text was cleaned: so those of a file's name are shown,
 * and ours are obeyed.
 */
export class Coloured {
  readonly parts: readonly Text[]
  readonly style: Style | null

  constructor(parts: readonly Text[], style: Style | null) {
    this.parts = parts
    this.style = style
  }

  /** Without colours. */
  toString(): string {
    return this.parts.map(String).join('')
  }
}

const paint =
  (style: Style) =>
  (...parts: Text[]): Coloured =>
    new Coloured(parts, style)

export const colours = {
  bold: paint('bold'),
  dim: paint('dim'),
  red: paint('red'),
  green: paint('green'),
  yellow: paint('yellow'),
} as const

/** A template literal that keeps the colours of its parts: line`${colours.green('✓')} ${name}`. */
export function line(texts: TemplateStringsArray, ...values: Text[]): Coloured {
  const parts = texts.flatMap((text, i) => (i < values.length ? [text, values[i]!] : [text]))
  return new Coloured(parts, null)
}

/**
 * The characters to print: text cleaned, colours as codes, or left out.
 *
 * @param lineBreak what a line break in the text becomes; by default it is shown as `\n`
 */
export function render(text: Text, palette: Palette, lineBreak = '\\n'): string {
  if (!(text instanceof Coloured)) return String(text).split(/\r?\n/).map(visibleText).join(lineBreak)
  const inside = text.parts.map((part) => render(part, palette, lineBreak)).join('')
  return text.style === null ? inside : palette[text.style](inside)
}

/**
 * Colours for one stream: where a person looks at it, and NO_COLOR (no-color.org) does not forbid them. The choice that
 * picocolors makes by itself looks at stdout alone, and puts codes into the log of every build.
 */
export function coloursFor(stream: { readonly isTTY?: boolean }, environment: Environment): Palette {
  const isForced = !['', '0', undefined].includes(environment['FORCE_COLOR'])
  const isShown = stream.isTTY === true && environment['TERM'] !== 'dumb'
  return picocolors.createColors(!environment['NO_COLOR'] && (isForced || isShown))
}
