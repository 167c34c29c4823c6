/**
 * Characters that a terminal or a text view obeys instead of showing: controls (C0, DEL, C1), formatting characters such as the
 * bidirectional controls (Trojan Source, https://trojansource.codes), separators of lines and paragraphs, lone surrogates. Numeral
 * signs of Arabic are in the category of formatting characters too, but are seen.
 */
const invisible =
  /(?![\u0600-\u0605\u06dd\u08e2])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u3164\uffa0]/gu

/** Joiners inside emoji, and in scripts whose letters change their shape, with what they follow: part of the spelling there. */
const joined =
  /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f|(?!\p{Script=Latin})[\p{L}\p{M}])[\u200c\u200d]/gu
const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * Text from a file, a file's name or another program, made safe to show: what would be obeyed is written as an escape, ESC as
 * `\x1b`, U+202E as `\u202e`. The result is one line, and is the same when it is cleaned again.
 */
export function visibleText(text: string): string {
  const joiners = new Set([...text.matchAll(joined)].map(({ index, 0: { length } }) => index + length - 1))
  return text.replace(invisible, (character: string, index: number) =>
    joiners.has(index) ? character : (shortEscapes[character] ?? escapeOf(character)),
  )
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0)!
  if (code > 0xffff) return `\\u{${code.toString(16)}}`
  return code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`
}

/** JSON whose strings hold nothing that a terminal obeys: JSON itself escapes the C0 controls and lone surrogates alone. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value).replace(invisible, (character) =>
    Array.from({ length: character.length }, (_, i) => jsonEscape(character.charCodeAt(i))).join(''),
  )
}

function jsonEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
