/** Positions of a slider, 0 to 1000, against the values they stand for. */
export interface SliderRange {
  readonly min: number
  readonly max: number
  readonly step: number
  readonly scale: 'linear' | 'log'
}

export const positions = 1000
/** A logarithmic slider that begins at 0 shows so much of the range below its end; 0 lies at its very left. */
const reach = 1e4

/** Start of the logarithmic part. */
function least({ min, max }: SliderRange): number {
  return min > 0 ? min : max / reach
}

export function toPosition(value: number, range: SliderRange): number {
  const { min, max, scale } = range
  if (scale === 'linear') return clamp(((value - min) / (max - min)) * positions)
  if (value <= 0) return 0
  const first = min > 0 ? 0 : 1
  const part = Math.log(value / least(range)) / Math.log(max / least(range))
  return Math.max(first, clamp(first + part * (positions - first)))
}

export function toValue(position: number, range: SliderRange): number {
  const { min, max, step, scale } = range
  if (scale === 'linear') return snap(min + (position / positions) * (max - min), range)
  if (position <= 0) return min
  const first = min > 0 ? 0 : 1
  const value = least(range) * (max / least(range)) ** ((position - first) / (positions - first))
  const rounded = Number(value.toPrecision(2))
  return step >= 1 ? snap(rounded, range) : Math.min(max, Math.max(min, rounded))
}

/** The nearest value that is a whole number of steps from `min`. */
export function snap(value: number, { min, max, step }: SliderRange): number {
  const snapped = min + Math.round((value - min) / step) * step
  // Sums of tenths leave a tail of digits that nobody chose.
  return Number(Math.min(max, Math.max(min, snapped)).toFixed(10))
}

/** The value one press of an arrow key away. */
export function nudge(value: number, presses: number, range: SliderRange): number {
  if (range.scale === 'linear') return snap(value + presses * range.step, range)
  const moved = toValue(Math.min(positions, Math.max(0, toPosition(value, range) + presses * 10)), range)
  return moved === value && range.step >= 1 ? snap(value + presses * range.step, range) : moved
}

function clamp(position: number): number {
  return Math.min(positions, Math.max(0, position))
}
