import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe } from 'vitest'
import { buildApp } from './build-app.ts'
import type { Runner } from './desktop-app.ts'
import { electronRunner } from './electron-runner.ts'
import { findChromium } from './find-chromium.ts'
import { root } from './root.ts'
import { standInRunner } from './stand-in-runner.ts'

const { findElectron } = (await import(pathToFileURL(join(root, 'bin', 'find-electron.mjs')).href)) as {
  readonly findElectron: (root: string) => string | null
}
const electronPath = findElectron(root)
const chromiumPath = findChromium()

/** Each sentence may start an app, and a job in it, on a machine that has other things to do. */
const testTimeoutMs = 180_000

/** The same sentences about the built app, on the stand-in of Electron and on Electron itself, as far as they are there. */
export function onEveryElectron(title: string, sentences: (runner: () => Runner) => void): void {
  const standIn = chromiumPath === null ? null : (): Promise<Runner> => standInRunner(chromiumPath)
  const real =
    electronPath === null ? null : (): Promise<Runner> => Promise.resolve(electronRunner(electronPath))
  suite(`${title}, on the stand-in of Electron`, 'there is no Chromium here', standIn, sentences)
  suite(`${title}, on Electron itself`, "Electron's binary is not here", real, sentences)
}

/** Sentences that look into the stand-in, or lie to the app in ways that Electron cannot be made to. */
export function onStandIn(title: string, sentences: (runner: () => Runner) => void): void {
  const standIn = chromiumPath === null ? null : (): Promise<Runner> => standInRunner(chromiumPath)
  suite(title, 'there is no Chromium here', standIn, sentences)
}

function suite(
  title: string,
  whyNot: string,
  open: (() => Promise<Runner>) | null,
  sentences: (runner: () => Runner) => void,
): void {
  if (open === null) {
    // Aloud: a suite that quietly does not run proves nothing.
    process.stderr.write(`SKIPPED: ${title}: ${whyNot}.\n`)
    describe.skip(`${title} (skipped: ${whyNot})`, () => sentences(() => null as never))
    return
  }
  describe(title, { timeout: testTimeoutMs }, () => {
    let runner: Runner | null = null
    beforeAll(async () => {
      await buildApp()
      runner = await open()
    }, 180_000)
    afterAll(async () => runner?.close())
    sentences(() => runner!)
  })
}
