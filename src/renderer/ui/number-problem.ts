export interface NumberLimits {
  readonly min: number
  readonly max: number
  /** 1 for whole numbers; null for any. */
  readonly step: number | null
  readonly unit: string | null
}

/** Problem with a number as entered, in one sentence; null if it is valid. */
export function numberProblem(text: string, { min, max, step, unit }: NumberLimits): string | null {
  const value = Number(text)
  const unitText = unit === null ? '' : ` ${unit}`
  const range = `${plain(min)}–${plain(max)}${unitText}`
  if (text.trim() === '' || Number.isNaN(value)) return `Enter ${range}.`
  if (value < min || value > max) return `Enter ${range}.`
  if (step === 1 && !Number.isInteger(value)) return `Enter a whole number, ${range}.`
  return null
}

function plain(value: number): string {
  return Math.abs(value) >= 1e7 ? value.toExponential().replace('+', '') : String(value)
}
