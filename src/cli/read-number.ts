const plain = /^-?((0|[1-9]\d*)(\.\d+)?|\.\d+)$/
/** Weights and rates span many orders of magnitude: 1e8 and 2.5e-4 are how they are written. */
const decimal = /^-?((0|[1-9]\d*)(\.\d+)?|\.\d+)(e[+-]?\d{1,3})?$/i

/**
 * A number as people write one: digits, no leading zeros. What is anything else (0x10, 1e2, 05, spaces) stays text, so that the
 * schema can say what came; it is the schema, too, that wants whole ones.
 */
export function readPlain(text: string): number | string {
  return plain.test(text) ? Number(text) : text
}

/** As {@link readPlain}, for numbers that may have a power of ten. */
export function readNumber(text: string): number | string {
  return decimal.test(text) ? Number(text) : text
}
