const whole = /^-?(0|[1-9]\d*)$/
/** Weights and rates span many orders of magnitude: 1e8 and 2.5e-4 are how they are written. */
const decimal = /^-?((0|[1-9]\d*)(\.\d+)?|\.\d+)(e[+-]?\d{1,3})?$/i

/**
 * A whole number as people write one: digits, no leading zeros. What is anything else (0x10, 1e2, 05, spaces) stays text, so that
 * the schema can say what came.
 */
export function readWhole(text: string): number | string {
  return whole.test(text) ? Number(text) : text
}

/** As {@link readWhole}, for numbers that may have decimals and a power of ten. */
export function readNumber(text: string): number | string {
  return decimal.test(text) ? Number(text) : text
}
