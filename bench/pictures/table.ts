import type { Figures } from '../yardstick.ts'
import type { Contender } from './contenders.ts'
import type { Pair } from './pairs.ts'
import type { Result } from './results.ts'

/** A photo and a painting with all that was painted of them. */
export interface Row {
  readonly pair: Pair
  /** Measurement of the photo itself: the point from which style starts. */
  readonly photo: Figures | null
  readonly results: readonly { readonly contender: Contender; readonly result: Result }[]
}

const header = [
  ['pair', 'network and recipe', 'seconds', 'style', 'content', 'style share of VGG16', 'content / VGG16'],
  ['---', '---', '---:', '---:', '---:', '---:', '---:'],
]

/**
 * A Markdown table. The share is what a contender takes away of the photo's distance to the painting, against what the
 * reference takes away: VGG16 with the first recipe that was painted with it. Averages over all pairs come last.
 */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.flatMap(cellsOfRow)
  const labels = [...new Set(rows.flatMap(({ results }) => results.map(({ contender }) => contender.label)))]
  const averages = labels.map((label) => {
    const own = cells.filter((line) => line.label === label)
    return { ...averageOf(own), pair: `mean of ${own.length}`, label }
  })
  const photos = rows.map(({ pair, photo }) => ({
    ...nothing,
    pair: pair.name,
    label: 'photo itself',
    ...photo,
  }))
  const lines = [
    ...rows.flatMap(({ pair }) => [...photos, ...cells].filter((line) => line.pair === pair.name)),
    ...averages,
  ]
  const body = lines.map(({ pair, label, seconds, style, content, share, ratio }) => [
    pair,
    label,
    fixed(seconds, 1),
    fixed(style, 3),
    fixed(content, 2),
    share === null ? '–' : `${(100 * share).toFixed(0)} %`,
    fixed(ratio, 2),
  ])
  return [...header, ...body].map((line) => `| ${line.join(' | ')} |\n`).join('')
}

const numberNames = ['seconds', 'style', 'content', 'share', 'ratio'] as const
type Numbers = Readonly<Record<(typeof numberNames)[number], number | null>>
type Line = Numbers & { readonly pair: string; readonly label: string }

const nothing: Numbers = { seconds: null, style: null, content: null, share: null, ratio: null }

function cellsOfRow({ pair, photo, results }: Row): Line[] {
  const reference = results.find(({ contender }) => contender.network === 'vgg16')?.result.figures ?? null
  return results.map(({ contender, result: { seconds, figures } }) => ({
    ...nothing,
    pair: pair.name,
    label: contender.label,
    seconds,
    ...figures,
    share:
      figures && photo && reference ? (photo.style - figures.style) / (photo.style - reference.style) : null,
    ratio: figures && reference ? figures.content / reference.content : null,
  }))
}

function averageOf(lines: readonly Line[]): Numbers {
  const averages = numberNames.map((name) => {
    const values = lines.flatMap((line) => line[name] ?? [])
    return [name, values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length]
  })
  return Object.fromEntries(averages) as Numbers
}

const fixed = (value: number | null, digits: number): string => value?.toFixed(digits) ?? '–'
