import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FuseV1Options } from '@electron/fuses'
import { fuseCodes } from './fuses.ts'

/** By which @electron/fuses finds the fuses in a binary: from its source. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

/** As Electron ships them: of those that are set here, all but this one stand differently at the end. */
const shippedAsOn: ReadonlySet<number> = new Set([
  FuseV1Options.RunAsNode,
  FuseV1Options.EnableNodeOptionsEnvironmentVariable,
  FuseV1Options.EnableNodeCliInspectArguments,
  FuseV1Options.GrantFileProtocolExtraPrivileges,
])

/** Version 1 of the fuses, the only one. */
const wireVersion = 1
const fuseCount = 8

/** Other files of a distribution for Linux, as far as packaging looks at it. */
const otherFiles = [
  'LICENSE',
  'LICENSES.chromium.html',
  'chrome_100_percent.pak',
  'icudtl.dat',
  'resources.pak',
  'version',
  'locales/en-US.pak',
  'locales/de.pak',
]

/**
 * Makes a folder that looks like Electron's distribution for Linux to whoever packages it: where Electron's own cannot be had. The
 * binary is a script that runs Node (STAND_IN_NODE), and carries the fuses where the tools look for them.
 */
export function makeStandInElectron(folder: string, version: string): void {
  rmSync(folder, { recursive: true, force: true })
  for (const name of otherFiles) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), name === 'version' ? version : `The stand-in of Electron: ${name}\n`)
  }
  writeFileSync(join(folder, 'electron'), binary())
  chmodSync(join(folder, 'electron'), 0o755)
}

function binary(): Buffer {
  const script =
    '#!/bin/sh\n# The stand-in of Electron. The shell does not read on after the next line.\nexec "${STAND_IN_NODE:?}" "$@"\n'
  const fuses = Array.from({ length: fuseCount }, (_, index) =>
    shippedAsOn.has(index) ? fuseCodes.on : fuseCodes.off,
  )
  const wire = Buffer.from([wireVersion, fuseCount, ...fuses])
  return Buffer.concat([Buffer.from(`${script}# ${sentinel}`, 'latin1'), wire, Buffer.from('\n')])
}
