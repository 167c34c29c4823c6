import type { LogLine } from './checkpoint.ts'
import { taps } from './tables.ts'

const size = { width: 640, height: 320, left: 48, right: 88, top: 16, bottom: 32 }
const colours = ['#4e79a7', '#f28e2b', '#e15759', '#76b7b2', '#59a14f', '#b07aa1', '#9c755f']

/** The share of the teacher's variance that is not explained at each tap, by step, on pictures that are kept apart: an SVG. */
export function lossPlot(log: readonly LogLine[]): string {
  const lastStep = Math.max(1, ...log.map(({ step }) => step))
  const x = (step: number): number => size.left + ((size.width - size.left - size.right) * step) / lastStep
  const y = (share: number): number =>
    size.height - size.bottom - (size.height - size.top - size.bottom) * Math.min(1, share)
  const lines = taps.map((tap, i) => {
    const points = log.map(({ step, heldOut }) => [x(step), y(heldOut[`unexplained/${tap}`] ?? 0)] as const)
    const path = points.map((point) => point.map((value) => value.toFixed(1)).join(',')).join(' ')
    const end = points.at(-1) ?? [size.left, size.top]
    return `<polyline points="${path}" fill="none" stroke="${colours[i]!}" stroke-width="1.5"/><text x="${end[0] + 6}" y="${end[1] + 4}" fill="${colours[i]!}">${tap}</text>`
  })
  const marks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<line x1="${size.left}" x2="${size.width - size.right}" y1="${y(share)}" y2="${y(share)}" stroke="#8884"/><text x="${size.left - 8}" y="${y(share) + 4}" text-anchor="end" fill="#888">${share}</text>`,
  )
  const caption = `<text x="${size.left}" y="${size.height - 8}" fill="#888">unexplained variance by step, 0 to ${lastStep}</text>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12">\n${[...marks, ...lines, caption].join('\n')}\n</svg>\n`
}
