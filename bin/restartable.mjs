import { watch } from 'node:fs'
import { join } from 'node:path'
import { clearTimeout, setTimeout } from 'node:timers'
import { buildWhenNeeded } from './build-when-needed.mjs'

/** An editor saves several files at once. */
const restMs = 300

/**
 * A program that is built and restarted whenever its sources change, one change at a time. One that cannot be built is told, and
 * the one before runs on.
 *
 * @param {{ root: string, targets: readonly object[], launch: () => import('node:child_process').ChildProcess }} options
 */
export function restartable({ root, targets, launch }) {
  let child = null
  let turn = Promise.resolve()
  let timer
  const stop = async () => {
    const ending = child
    child = null
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return
    const ended = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill('SIGTERM')
    await ended
  }
  const start = async () => {
    try {
      for (const target of targets) await buildWhenNeeded(root, target)
    } catch (error) {
      process.stderr.write(`${error.message}\n`)
      return
    }
    await stop()
    child = launch()
  }
  const next = () => (turn = turn.then(start))
  const folders = new Set(targets.flatMap(({ sources }) => sources))
  const watcher = watch(join(root, 'src'), { recursive: true }, (_, name) => {
    const isOurs = name !== null && folders.has(String(name).split(/[/\\]/)[0]) && !/\.test\.ts$/.test(name)
    clearTimeout(timer)
    if (isOurs) timer = setTimeout(next, restMs)
  })
  return {
    start: next,
    async stop() {
      watcher.close()
      clearTimeout(timer)
      await turn
      await stop()
    },
  }
}
