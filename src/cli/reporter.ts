import type { DeviceInfo, Outcome, Plan, Preview, Progress } from '../shared/contract/engine.ts'
import { colours } from './colours.ts'
import { print, printLines, say, sayError, statusLine } from './output.ts'
import { ProgressLine } from './progress-line.ts'

export { print, say, sayError } from './output.ts'

/** What happened to one photo of a list. */
export interface BatchEntry {
  readonly content: string
  readonly outcome: Outcome
}

/** Tells the user what goes on: as a person reads it, or one JSON event a line. */
export interface Reporter {
  /** @param place the photo's place in the list, from 1 */
  begin(content: string, place: number, count: number): void
  start(start: { plan: Plan; device: DeviceInfo }): void
  progress(progress: Progress): void
  preview(preview: Preview): void
  notice(message: string): void
  end(outcome: Outcome): void
  summary(entries: readonly BatchEntry[]): void
}

/** One event a line on stdout; nothing else goes there. */
export class JsonReporter implements Reporter {
  begin(content: string, place: number, count: number): void {
    print({ event: 'begin', content, place, count })
  }
  start(start: { plan: Plan; device: DeviceInfo }): void {
    print({ event: 'start', ...start })
  }
  progress(progress: Progress): void {
    print({ event: 'progress', ...progress })
  }
  preview(preview: Preview): void {
    print({ event: 'preview', ...preview })
  }
  notice(message: string): void {
    print({ event: 'notice', message })
  }
  end(outcome: Outcome): void {
    print({ event: outcome.state, ...outcome })
  }
  summary(entries: readonly BatchEntry[]): void {
    print({ event: 'summary', entries })
  }
}

/** A progress bar and messages on stderr, the paths of results on stdout. */
export class TerminalReporter implements Reporter {
  readonly #bar = statusLine.isPossible ? new ProgressLine() : null
  #lastTenth = -1

  begin(content: string, place: number, count: number): void {
    if (count > 1) say(colours.bold(`[${place}/${count}] ${content}`))
  }

  start({ plan, device }: { plan: Plan; device: DeviceInfo }): void {
    const total = plan.scales.reduce((sum, { steps }) => sum + steps, 0)
    const last = plan.scales.at(-1)!
    say(`Painting ${last.widthPx} × ${last.heightPx} px in ${total} steps on ${device.name}`)
    this.#lastTenth = -1
    this.#bar?.draw(0, [`step 0/${total}`])
  }

  progress(progress: Progress): void {
    if (this.#bar) this.#bar.draw(progress.part, detailsOf(progress))
    else this.#line(progress)
  }

  preview({ path }: Preview): void {
    if (path && !this.#bar) say(`Preview ${path}`)
  }

  notice(message: string): void {
    say(colours.yellow(message))
  }

  end(outcome: Outcome): void {
    this.#bar?.clear()
    if (outcome.state === 'failed') {
      sayError(outcome.error)
      if (outcome.path !== null) say(`The last good canvas was saved to ${outcome.path}`)
      return
    }
    if (outcome.state === 'suspended') {
      say('Paused and saved; the same command resumes it.')
      return
    }
    const seconds = (outcome.elapsedMs / 1000).toFixed(1)
    const what = outcome.state === 'stopped' ? 'Stopped; the picture so far' : 'Done'
    say(colours.green(`${what}: ${outcome.widthPx} × ${outcome.heightPx} px in ${seconds} s`))
    printLines(outcome.path)
  }

  summary(entries: readonly BatchEntry[]): void {
    const failed = entries.filter(({ outcome }) => outcome.state === 'failed')
    say(colours.bold(`${entries.length - failed.length} painted, ${failed.length} failed`))
    for (const { content, outcome } of failed)
      if (outcome.state === 'failed') say(`  ${content}: ${outcome.error.message}`)
  }

  /** Where no bar can be drawn (a log file, a pipe), a line for each tenth of the way. */
  #line(progress: Progress): void {
    const tenth = Math.floor(10 * progress.part)
    if (tenth === this.#lastTenth) return
    this.#lastTenth = tenth
    say([`${10 * tenth}%`, ...detailsOf(progress)].join(' · '))
  }
}

function detailsOf({ scale, totalStep, totalSteps, loss, remainingMs }: Progress): string[] {
  return [
    `scale ${scale.index + 1}/${scale.count} ${scale.widthPx}×${scale.heightPx}`,
    `loss ${loss.total.toPrecision(4)}`,
    `step ${totalStep}/${totalSteps}`,
    remainingMs === null ? '–' : `${clock(remainingMs)} left`,
  ]
}

/** 75000 → "1:15". */
function clock(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
