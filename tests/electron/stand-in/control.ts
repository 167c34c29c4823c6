import { runInThisContext } from 'node:vm'

/* The test's way into the app's process, as Playwright's `electronApplication.evaluate` is for a real one. */

export interface Evaluation {
  readonly id: number
  /** The text of a function that takes the `electron` module and `arg`. */
  readonly source: string
  readonly arg: unknown
}

export type ControlReport =
  | { readonly kind: 'launched'; readonly debugAddress: string }
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly message: string }

export function serveControl(): { tell(report: ControlReport): void } {
  const tell = (report: ControlReport): void => void process.send?.(report)
  process.on('message', (evaluation: Evaluation) => void evaluate(evaluation).then(tell))
  // Whoever started the app is gone: so is any reason to run it.
  process.on('disconnect', () => process.exit(1))
  return { tell }
}

/** Tests send functions by their text, as Playwright does. */
function functionOf(source: string): (electron: object, arg: unknown) => unknown {
  return runInThisContext(`(${source})`) as (electron: object, arg: unknown) => unknown
}

async function evaluate({ id, source, arg }: Evaluation): Promise<ControlReport> {
  try {
    const run = functionOf(source)
    const electron = (await import('electron')) as object
    return { kind: 'value', id, value: await run({ ...electron }, arg) }
  } catch (thrown) {
    return { kind: 'error', id, message: thrown instanceof Error ? (thrown.stack ?? '') : String(thrown) }
  }
}
