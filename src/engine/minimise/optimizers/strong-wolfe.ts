/**
 * A line search for the strong Wolfe conditions (Nocedal & Wright 2006, equations 3.7)
 *
 *     φ(t) ≤ φ(0) + c₁·t·φ′(0)    and    |φ′(t)| ≤ c₂·|φ′(0)|,      φ(t) = f(x + t·d)
 *
 * by Algorithm 3.5 (bracket) and Algorithm 3.6 (zoom) with cubic interpolation (equation 3.59), safeguarded as in
 * PyTorch's LBFGS and minFunc, which it follows where the book leaves a choice.
 * Deviations from the book: "φ(tᵢ) ≥ φ(tᵢ₋₁)" closes the bracket from the third trial on, not the second; the next
 * trial lies in [t + 0.01·(t − t₋), 10·t]; a zoom point too near an end of the bracket, twice in a row or beyond
 * it, is moved a tenth of the bracket inwards; and when the evaluations are spent, the best end is taken.
 */

/** φ and φ′ at one step length. */
export interface Trial {
  readonly length: number
  readonly loss: number
  readonly slope: number
}

export interface LineSearch {
  /** φ at 0. */
  readonly start: Trial
  readonly firstLength: number
  /** max |dᵢ|: a bracket that moves no element by more than `toleranceChange` is not divided further. */
  readonly directionMax: number
  readonly probe: (length: number) => Promise<Trial>
}

export const wolfe = { c1: 1e-4, c2: 0.9, maxEvaluations: 25, toleranceChange: 1e-9 } as const

/** @returns the step length to take: 0 where nothing lower than the start was found. */
export async function strongWolfe(search: LineSearch): Promise<{ length: number; evaluations: number }> {
  let evaluations = 0
  const counted: LineSearch = {
    ...search,
    probe: (length) => {
      evaluations++
      return search.probe(length)
    },
  }
  const [a, b] = await bracket(counted)
  const accepted = a === b ? a : await zoom(counted, a, b, () => evaluations < wolfe.maxEvaluations)
  return { length: accepted.length, evaluations }
}

/** Algorithm 3.5: two trials around an acceptable length, or twice the same one, which is acceptable itself. */
async function bracket({ start, firstLength, probe }: LineSearch): Promise<readonly [Trial, Trial]> {
  let previous = start
  let trial = await probe(firstLength)
  for (let index = 0; index < wolfe.maxEvaluations - 1; index++) {
    if (!decreases(start, trial) || (index > 1 && trial.loss >= previous.loss)) return [previous, trial]
    if (isFlat(start, trial)) return [trial, trial]
    if (trial.slope >= 0) return [previous, trial]
    const shortest = trial.length + 0.01 * (trial.length - previous.length)
    const length = cubicMinimum(previous, trial, shortest, trial.length * 10)
    previous = trial
    trial = await probe(length)
  }
  return [start, trial]
}

/** Algorithm 3.6: narrows the bracket until a trial is acceptable or the evaluations are spent. */
async function zoom(search: LineSearch, a: Trial, b: Trial, mayProbe: () => boolean): Promise<Trial> {
  const { start, directionMax, probe } = search
  let [low, high] = a.loss <= b.loss ? [a, b] : [b, a]
  let wasNearEnd = false
  while (mayProbe() && Math.abs(high.length - low.length) * directionMax >= wolfe.toleranceChange) {
    const next = nextLength(low, high, wasNearEnd)
    wasNearEnd = next.isNearEnd
    const trial = await probe(next.length)
    if (!decreases(start, trial) || trial.loss >= low.loss) {
      ;[low, high] = trial.loss < low.loss ? [trial, low] : [low, trial]
      continue
    }
    if (isFlat(start, trial)) return trial
    if (trial.slope * (high.length - low.length) >= 0) high = low
    low = trial
  }
  return low
}

/** Next trial in the bracket: the cubic's minimum, moved inwards where it does not divide the bracket well. */
function nextLength(low: Trial, high: Trial, wasNearEnd: boolean): { length: number; isNearEnd: boolean } {
  const min = Math.min(low.length, high.length)
  const max = Math.max(low.length, high.length)
  const length = cubicMinimum(low, high, min, max)
  const margin = 0.1 * (max - min)
  if (Math.min(max - length, length - min) >= margin) return { length, isNearEnd: false }
  if (!wasNearEnd && length > min && length < max) return { length, isNearEnd: true }
  return { length: max - length < length - min ? max - margin : min + margin, isNearEnd: false }
}

/** Equation 3.7a, the sufficient decrease. */
function decreases(start: Trial, trial: Trial): boolean {
  return trial.loss <= start.loss + wolfe.c1 * trial.length * start.slope
}

/** Equation 3.7b, the curvature condition. */
function isFlat(start: Trial, trial: Trial): boolean {
  return Math.abs(trial.slope) <= -wolfe.c2 * start.slope
}

/** The minimum, kept in [min, max], of the cubic through both trials (equation 3.59); the middle where it has none. */
export function cubicMinimum(a: Trial, b: Trial, min: number, max: number): number {
  const [left, right] = a.length <= b.length ? [a, b] : [b, a]
  const d1 = left.slope + right.slope - (3 * (left.loss - right.loss)) / (left.length - right.length)
  const d2 = Math.sqrt(d1 * d1 - left.slope * right.slope)
  const fraction = (right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2)
  const minimum = right.length - (right.length - left.length) * fraction
  return Number.isNaN(minimum) ? (min + max) / 2 : Math.min(Math.max(minimum, min), max)
}
