/**
 * `npm run pack:check`: packs the desktop app as a release does, with a stand-in of Electron's distribution, reads all of it back, and
 * starts it from there. Needs nothing but what `npm ci` brings; the start needs a Chromium.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { buildApp } from './package/build-app.ts'
import { readFuses, wantedFuses } from './package/fuses.ts'
import { licenceTexts } from './package/licences.ts'
import { makePackages } from './package/make-packages.ts'
import { filesIn, resourcesFolder } from './package/read-package.ts'
import { describeSizes } from './package/report-sizes.ts'
import { root } from './package/root.ts'
import { makeStandInElectron } from './package/stand-in-electron.ts'

if (process.platform !== 'linux') {
  console.log(
    'SKIPPED: the stand-in of Electron is a package for Linux; real packages are made by `npm run package`.',
  )
  process.exit(0)
}
const folder = join(root, 'node_modules', '.cache', `pastiche-pack-check-${process.pid}`)
try {
  await packAndCheck()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function packAndCheck(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await buildApp()
  writeFileSync(join(root, 'out', 'licences.txt'), licenceTexts(root))
  const dist = join(folder, 'electron')
  makeStandInElectron(dist, electronVersion())
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64'
  let appOutDir = ''
  await makePackages({
    platform: 'linux',
    arch,
    onlyFolder: true,
    changes: {
      electronDist: dist,
      directories: { buildResources: 'build', output: join(folder, 'packages') },
    },
    onPacked: (app, at) => {
      appOutDir = at
      console.log(`The app in the package:\n${describeSizes(app)}`)
    },
  })
  checkFolder(appOutDir)
  await checkFuses(join(appOutDir, 'pastiche'))
  startIt(appOutDir)
}

/** Around the app: Electron's own files, without the languages that the app does not speak, and nothing else. */
function checkFolder(appOutDir: string): void {
  const around = filesIn(appOutDir).filter((path) => !path.startsWith('resources/app.asar.unpacked/'))
  const expected = filesIn(join(folder, 'electron'))
    .map((path) => ({ electron: 'pastiche', LICENSE: 'LICENSE.electron.txt' })[path] ?? path)
    .filter((path) => path !== 'locales/de.pak')
  assertEqual('files around the app', around, [...expected, 'resources/app.asar'].sort())
  assertEqual('the folder of resources', resourcesFolder(appOutDir), join(appOutDir, 'resources'))
}

async function checkFuses(binary: string): Promise<void> {
  assertEqual('fuses', await readFuses(binary), wantedFuses)
  console.log(
    `Fuses read back: ${Object.entries(wantedFuses)
      .map(([name, state]) => `${name} ${state}`)
      .join(', ')}.`,
  )
}

/** The test skips itself, aloud, where there is no Chromium. */
function startIt(appOutDir: string): void {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--project', 'node', 'tests/electron/packed.test.ts'],
    { cwd: root, stdio: 'inherit', env: { ...process.env, PASTICHE_PACKED_APP: appOutDir } },
  )
  if (status !== 0) throw new Error('The packed app did not start and paint as it should.')
}

function electronVersion(): string {
  const facts = JSON.parse(readFileSync(join(root, 'node_modules', 'electron', 'package.json'), 'utf8')) as {
    version: string
  }
  return facts.version
}

function assertEqual(what: string, received: unknown, expected: unknown): void {
  if (isDeepStrictEqual(received, expected)) return
  throw new Error(
    `Expected ${what}: ${JSON.stringify(expected, null, 1)}\nreceived: ${JSON.stringify(received, null, 1)}`,
  )
}
