import type { DeviceInfo } from '../shared/contract/device.ts'
import type { Outcome, Plan, Preview, Progress } from '../shared/contract/job.ts'
import { colours } from './colours.ts'
import { print, printLines, say, sayError, statusLine } from './output.ts'
import { ProgressLine } from './progress-line.ts'
import { describeLeftOut, type LeftOut } from './left-out.ts'

/** Outcome of one photo of a list. */
export interface BatchEntry {
  readonly content: string
  readonly outcome: Outcome
}

/** Reports progress to the user, as readable text or as one JSON event per line. */
export interface Reporter {
  /** @param place the photo's place in the list, from 1 */
  begin(content: string, place: number, count: number): void
  start(start: { plan: Plan; device: DeviceInfo }): void
  progress(progress: Progress): void
  preview(preview: Preview): void
  notice(message: string): void
  end(outcome: Outcome): void
  summary(entries: readonly BatchEntry[], leftOut: readonly LeftOut[]): void
}

/** One event a line on stdout; nothing else goes there. */
export class JsonReporter implements Reporter {
  begin(content: string, place: number, count: number): void {
    print({ event: 'begin', content, place, count })
  }
  start(start: { plan: Plan; device: DeviceInfo }): void {
    print({ event: 'start', ...start, plan: flatPlan(start.plan) })
  }
  progress(progress: Progress): void {
    print({ event: 'progress', ...flat(progress) })
  }
  preview(preview: Preview): void {
    print({ event: 'preview', ...preview })
  }
  notice(message: string): void {
    print({ event: 'notice', message })
  }
  end(outcome: Outcome): void {
    print({ event: outcome.state, ...flatOutcome(outcome) })
  }
  summary(entries: readonly BatchEntry[], leftOut: readonly LeftOut[]): void {
    const told = entries.map(({ outcome, ...entry }) => ({ ...entry, outcome: flatOutcome(outcome) }))
    print({ event: 'summary', entries: told, leftOut })
  }
}

/** A progress bar and messages on stderr, the paths of results on stdout. */
export class TerminalReporter implements Reporter {
  readonly #bar = statusLine.isPossible ? new ProgressLine() : null
  #lastTenth = -1
  readonly #isPiped: boolean

  /** @param isPiped whether stdout carries the picture itself: then nothing else goes there */
  constructor(isPiped = false) {
    this.#isPiped = isPiped
  }

  begin(content: string, place: number, count: number): void {
    if (count > 1) say(colours.bold(`[${place}/${count}] ${content}`))
  }

  start({ plan, device }: { plan: Plan; device: DeviceInfo }): void {
    const { widthPx, heightPx, totalSteps } = plan
    say(`Painting ${widthPx} × ${heightPx} px in ${totalSteps} steps on ${device.name}`)
    this.#lastTenth = -1
    this.#bar?.draw(0, [`step 0/${totalSteps}`])
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
    const [made] = outcome.outputs
    if (outcome.state === 'failed') {
      sayError(outcome.error)
      if (made !== undefined) say(`What was painted was saved as ${made.path}`)
      return
    }
    if (outcome.state === 'suspended') {
      say('Paused and saved; the same command resumes it.')
      return
    }
    if (made === undefined) {
      say('Stopped before anything was painted; nothing was saved.')
      return
    }
    const seconds = (outcome.elapsedMs / 1000).toFixed(1)
    const what = outcome.state === 'stopped' ? 'Stopped; the unfinished picture' : 'Done'
    say(colours.green(`${what}: ${made.widthPx} × ${made.heightPx} px in ${seconds} s`))
    if (!this.#isPiped) printLines(made.path)
    else if (outcome.state === 'stopped') say(made.path)
  }

  summary(entries: readonly BatchEntry[], leftOut: readonly LeftOut[]): void {
    const failed = entries.filter(({ outcome }) => outcome.state === 'failed')
    say(colours.bold(`${entries.length - failed.length} painted, ${failed.length} failed`))
    for (const { content, outcome } of failed)
      if (outcome.state === 'failed') say(`  ${content}: ${outcome.error.message}`)
    for (const line of describeLeftOut(leftOut)) say(line)
  }

  /** Prints a line per tenth of the way if no bar can be drawn (a log file, a pipe). */
  #line(progress: Progress): void {
    const tenth = Math.floor(10 * progress.part)
    if (tenth === this.#lastTenth) return
    this.#lastTenth = tenth
    say([`${10 * tenth}%`, ...detailsOf(progress)].join(' · '))
  }
}

function detailsOf({ remainingMs, detail: { scale, totalStep, totalSteps, loss } }: Progress): string[] {
  return [
    `scale ${scale.index + 1}/${scale.count} ${scale.widthPx}×${scale.heightPx}`,
    `loss ${loss.total.toPrecision(4)}`,
    `step ${totalStep}/${totalSteps}`,
    remainingMs === null ? '–' : `${clock(remainingMs)} left`,
  ]
}

/** One object of the fields that every method reports and those of this one: scripts need not know the method. */
function flat<Detail extends object, Rest extends object>({
  detail,
  ...rest
}: Rest & { readonly detail: Detail }): Omit<Rest & { detail: Detail }, 'detail'> & Detail {
  return { ...rest, ...detail }
}

export const flatPlan = (plan: Plan): object => flat(plan)

function flatOutcome(outcome: Outcome): object {
  const [made] = outcome.outputs
  return {
    ...outcome,
    path: made?.path ?? null,
    ...(made && { widthPx: made.widthPx, heightPx: made.heightPx }),
  }
}

/** 75000 → "1:15". */
function clock(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
