#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { buildWhenNeeded, targets } from './build-when-needed.mjs'
import { chooseFace } from './choose-face.mjs'

/** Starts the desktop app from a clone; where that cannot be, it says why and opens the same studio in a browser. */
const root = fileURLToPath(new URL('..', import.meta.url))
const args = process.argv.slice(2)
/** Whoever ends sooner never opened a window: a library is missing, or a sandbox is forbidden. */
const shortMs = 5000
let isStopped = false

const face = await chooseFace(root, { say })
if ('electron' in face) await startDesktop(face.electron)
else await startBrowser(face.whyNot)

async function startDesktop(electron) {
  for (const target of [targets.node, targets.page, targets.desktop]) await buildWhenNeeded(root, target)
  const startedMs = Date.now()
  const { code, problem } = await run(electron, [root, ...args])
  const isShort = Date.now() - startedMs < shortMs
  if (code === 0 || isStopped || !isShort) process.exitCode = code ?? 1
  else
    await startBrowser(problem ?? `Electron cannot start here (it ended at once, with ${code ?? 'a signal'})`)
}

async function startBrowser(whyNot) {
  say(`The studio opens in your browser: ${whyNot}.`)
  const pastiche = fileURLToPath(new URL('pastiche.mjs', import.meta.url))
  const { code } = await run(process.execPath, [pastiche, 'serve', '--open', ...args])
  process.exitCode = code ?? 1
}

/** Resolves when it has ended. Ctrl-C reaches the child as well; this process leaves when that has. */
function run(command, commandArgs) {
  return new Promise((resolve) => {
    const child = spawn(command, commandArgs, { stdio: 'inherit' })
    const pass = (signal) => {
      isStopped = true
      child.kill(signal)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, pass)
    const done = (result) => {
      for (const signal of signals) process.off(signal, pass)
      resolve(result)
    }
    child.once('error', (error) =>
      done({ code: null, problem: `Electron cannot start here (${error.message})` }),
    )
    child.once('exit', (code) => done({ code, problem: null }))
  })
}

function say(text) {
  process.stderr.write(`${text}\n`)
}
