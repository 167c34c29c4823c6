#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { buildWhenNeeded, targets } from './build-when-needed.mjs'
import { findElectron } from './find-electron.mjs'

/** Starts the desktop app from a clone; where Electron has not been fetched, the same studio in a browser. */
const root = fileURLToPath(new URL('..', import.meta.url))
const args = process.argv.slice(2)
const electron = findElectron(root)

if (electron === null) {
  process.stderr.write(
    'Electron itself is not here yet ("npx install-electron" fetches it), so the studio opens in your browser.\n',
  )
  run(process.execPath, [fileURLToPath(new URL('pastiche.mjs', import.meta.url)), 'serve', '--open', ...args])
} else {
  for (const target of [targets.node, targets.page, targets.desktop]) await buildWhenNeeded(root, target)
  run(electron, [root, ...args])
}

function run(command, commandArgs) {
  const child = spawn(command, commandArgs, { stdio: 'inherit' })
  // Ctrl-C reaches the child as well; this process leaves when that has.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`Error: ${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
}
