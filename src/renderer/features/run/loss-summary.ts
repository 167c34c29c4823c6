import type { LossSample } from '../../../shared/contract/studio.ts'

export const lossParts = [
  { name: 'total', label: 'Total', colour: '--chart-total' },
  { name: 'content', label: 'Content', colour: '--chart-content' },
  { name: 'style', label: 'Style', colour: '--chart-style' },
  { name: 'variation', label: 'Smoothness', colour: '--chart-variation' },
] as const

/** "0.0312", "1,240", "3.1e7": three digits that count. */
export function formatLoss(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e6 || size < 1e-4) return value.toExponential(1).replace('e+', 'e')
  return value.toLocaleString('en', { maximumSignificantDigits: 3 })
}

/** Columns of a chart. A logarithm has no place for 0, so a part that is not weighed has no line. */
export function chartColumns(samples: readonly LossSample[]): (number | null)[][] {
  return [
    samples.map(({ totalStep }) => totalStep),
    ...lossParts.map(({ name }) => samples.map((sample) => (sample[name] > 0 ? sample[name] : null))),
  ]
}

/** The values that a logarithmic axis names: powers of ten, and where there are few of these, 2 and 5 times them. */
export function lossMarks(min: number, max: number): number[] {
  const [first, last] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))]
  const parts = last - first <= 2 ? [1, 2, 5] : [1]
  return Array.from({ length: last - first + 1 }, (_, i) => parts.map((part) => part * 10 ** (first + i)))
    .flat()
    .filter((mark) => mark >= min && mark <= max)
}

/** How far it came, in one sentence; null before there is anything to tell. */
export function lossSentence(samples: readonly LossSample[]): string | null {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined || first === last) return null
  const from = `Total loss went from ${formatLoss(first.total)} to ${formatLoss(last.total)}`
  return `${from} between steps ${first.totalStep} and ${last.totalStep}.`
}

/** So many of the samples, the first and the last among them, evenly apart: the chart as a table. */
export function tableRows(samples: readonly LossSample[], count: number): LossSample[] {
  if (samples.length <= count) return [...samples]
  const last = samples.length - 1
  return Array.from({ length: count }, (_, i) => samples[Math.round((i * last) / (count - 1))]!)
}
