/** The few sliders of the simple view, as numbers that mean the same whatever the preset's own units are. */

/** How far the strength slider goes to either side: a factor of the preset's content weight. */
export const strengthReach = 32

/** Four digits tell a weight well enough, and keep the fields readable. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

/**
 * Strength from -1 (the photo stays) to 1 (the style goes first), 0 being the preset: a logarithm of the content weight,
 * turned round. A weight beyond the slider's reach is shown at its end.
 *
 * @param base the preset's content weight, above 0
 */
export function strengthOf(contentWeight: number, base: number): number {
  if (contentWeight <= 0) return 1
  const strength = -Math.log(contentWeight / base) / Math.log(strengthReach)
  return Math.min(1, Math.max(-1, strength)) + 0
}

export function contentWeightOf(strength: number, base: number): number {
  return strength === 0 ? base : rounded(base * strengthReach ** -strength)
}

/** "Preset value", "3× stronger", "2.5× gentler". */
export function describeStrength(strength: number): string {
  const factor = strengthReach ** Math.abs(strength)
  if (factor < 1.05) return 'Preset value'
  const shown = factor < 10 ? factor.toFixed(1).replace(/\.0$/, '') : factor.toFixed(0)
  return `${shown}× ${strength > 0 ? 'stronger' : 'gentler'}`
}

/** Far end of the slider if the preset has no smoothness. */
const peakWithoutBase = 8

/**
 * The weight at the slider's far end. The slider is a cube root, so that it reaches 0 and is fine near it; the preset's own
 * weight is half way.
 */
export function smoothnessPeak(base: number): number {
  return base > 0 ? 8 * base : peakWithoutBase
}

/** @returns 0 to 1 */
export function smoothnessOf(tvWeight: number, base: number): number {
  return Math.min(1, Math.cbrt(tvWeight / smoothnessPeak(base)))
}

export function tvWeightOf(smoothness: number, base: number): number {
  return rounded(smoothnessPeak(base) * smoothness ** 3)
}

/** Choices of steps in the simple view, as factors of the preset's steps. */
export const timeChoices = [
  { label: 'Quick', factor: 0.5 },
  { label: 'Normal', factor: 1 },
  { label: 'Fine', factor: 2 },
] as const

export function stepsOf(factor: number, baseSteps: number): number {
  return Math.max(1, Math.round(baseSteps * factor))
}

export const sizeChoicesPx = [256, 512, 1024, 2048] as const
