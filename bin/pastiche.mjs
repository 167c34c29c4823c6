#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildWhenNeeded, targets } from './build-when-needed.mjs'

/** The command. In a clone it builds itself first; an installed package has no src/ and just runs. */
const root = fileURLToPath(new URL('..', import.meta.url))
const entry = new URL('../out/cli/index.js', import.meta.url)

// Nobody may read what is said, and the work continues.
process.stderr.on('error', () => undefined)

try {
  if (existsSync(new URL('../src', import.meta.url))) {
    await buildWhenNeeded(root, targets.node)
    if (process.argv.includes('serve')) await buildWhenNeeded(root, targets.page)
  }
  await import(entry.href)
} catch (error) {
  process.exitCode = 1
  process.stderr.write(`Error: ${startProblem(error)}\n`)
  if (process.env['DEBUG']) process.stderr.write(`${error?.stack ?? error}\n`)
}

function startProblem(error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') return error?.message ?? String(error)
  return `A part of Pastiche is not installed. Run "npm ci" in ${root} and try again.\n${error.message}`
}
