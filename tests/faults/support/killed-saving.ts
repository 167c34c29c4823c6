import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { writeRunState } from '../../../src/engine/task/checkpoint.ts'
import { makeRunState } from '../../support/run-state.ts'

/** Writes a checkpoint over another, and is killed at a moment of it. */
const [path, moment, size] = process.argv.slice(2)
const { writeSync } = fs
const kill = (): never => {
  process.kill(process.pid, 'SIGKILL')
  // The signal ends the process before this returns.
  for (;;);
}
let writes = 0
if (moment === 'writing')
  fs.writeSync = ((...rest: Parameters<typeof writeSync>) =>
    ++writes === 3 ? kill() : writeSync(...rest)) as typeof writeSync
if (moment === 'flushing') fs.fsyncSync = kill
if (moment === 'renaming') fs.renameSync = kill
syncBuiltinESMExports()
writeRunState(path!, makeRunState(2, { widthPx: Number(size), heightPx: Number(size) }))
