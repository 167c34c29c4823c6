import { statusLine } from './output.ts'

const barColumns = 24
const betweenDrawsMs = 100

/** A bar, a share and details on one line of the terminal. */
export class ProgressLine {
  #drawnMs = -Infinity

  /**
   * @param part 0 to 1 of the work
   * @param details the last ones are kept longest where the terminal is narrow
   */
  draw(part: number, details: readonly string[]): void {
    const nowMs = performance.now()
    if (statusLine.isDrawn && nowMs - this.#drawnMs < betweenDrawsMs) return
    this.#drawnMs = nowMs
    statusLine.draw((columns) => progressText(part, details, columns))
  }

  clear(): void {
    statusLine.clear()
  }
}

/** As much as fits: first the bar goes, then details from the left; the share stays. */
export function progressText(part: number, details: readonly string[], columns: number): string {
  const share = Math.min(1, Math.max(0, part))
  const percentage = `${Math.floor(100 * share)}%`
  const full = Math.round(barColumns * share)
  const bar = `${'█'.repeat(full)}${'░'.repeat(barColumns - full)} ${percentage}`
  const choices = [
    [bar, ...details],
    ...details.map((_, dropped) => [percentage, ...details.slice(dropped)]),
    [percentage],
  ].map((parts) => parts.join(' · '))
  return choices.find(({ length }) => length <= columns) ?? percentage
}
