import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatLoss, lossMarks, lossParts } from './loss-summary.ts'

const restMs = 300
// The enum of its types has no values at run time.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const logarithmic = 3 as UPlot.Scale.Distr

/** A chart that is drawn a few times a second at most, however often its numbers change, and is as large as its place. */
export class ChartLoop {
  readonly #node: HTMLElement
  readonly #chart: UPlot
  readonly #observer: ResizeObserver
  #columns: UPlot.AlignedData = [[]]
  #timer: ReturnType<typeof setTimeout> | undefined
  #lastMs = 0
  #isDark: boolean | null = null

  constructor(node: HTMLElement) {
    this.#node = node
    this.#chart = new UPlot(
      chartOptions((name) => colourOf(node, name)),
      [[]],
      node,
    )
    this.#observer = new ResizeObserver(() => this.#fit())
    this.#observer.observe(node)
  }

  show(columns: (number | null)[][]): void {
    this.#columns = columns as UPlot.AlignedData
    if (this.#timer !== undefined) return
    const wait = Math.max(0, this.#lastMs + restMs - performance.now())
    this.#timer = setTimeout(() => this.#draw(), wait)
  }

  /** Draws again in another theme: its colours are read from the page. */
  paint(isDark: boolean): void {
    if (isDark !== this.#isDark) this.#chart.redraw(false, true)
    this.#isDark = isDark
  }

  destroy(): void {
    clearTimeout(this.#timer)
    this.#observer.disconnect()
    this.#chart.destroy()
  }

  #draw(): void {
    this.#timer = undefined
    this.#lastMs = performance.now()
    this.#chart.setData(this.#columns)
  }

  #fit(): void {
    const { paddingLeft, paddingRight, paddingTop } = getComputedStyle(this.#node)
    const width = this.#node.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)
    const height = this.#node.clientHeight - parseFloat(paddingTop)
    if (width > 0 && height > 0) this.#chart.setSize({ width, height })
  }
}

/** A colour of the theme, as a canvas wants it. */
function colourOf(node: HTMLElement, name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  node.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

function chartOptions(colour: (name: string) => string): UPlot.Options {
  const axis: UPlot.Axis = {
    stroke: () => colour('--ink-soft'),
    grid: { stroke: () => colour('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
    size: 28,
  }
  return {
    width: 300,
    height: 120,
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false }, y: { distr: logarithmic } },
    axes: [
      axis,
      {
        ...axis,
        size: 58,
        splits: (_, __, min, max) => lossMarks(min, max),
        filter: (_, marks) => marks,
        values: (_, marks) => marks.map(formatLoss),
      },
    ],
    series: [
      {},
      ...lossParts.map(({ name, label, colour: token }) => ({
        label,
        stroke: () => colour(token),
        width: name === 'total' ? 2 : 1.5,
        points: { show: false },
        spanGaps: true,
      })),
    ],
  }
}
