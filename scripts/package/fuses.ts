import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'

/** How a fuse stands in the binary, as a character. */
export const fuseCodes = { off: 0x30, on: 0x31 } as const

/** How the fuses of a released Pastiche stand; build/electron-builder.yml sets them. */
export const wantedFuses: Readonly<Record<string, 'on' | 'off'>> = {
  RunAsNode: 'off',
  EnableCookieEncryption: 'on',
  EnableNodeOptionsEnvironmentVariable: 'off',
  EnableNodeCliInspectArguments: 'off',
  EnableEmbeddedAsarIntegrityValidation: 'on',
  OnlyLoadAppFromAsar: 'on',
  LoadBrowserProcessSpecificV8Snapshot: 'off',
  GrantFileProtocolExtraPrivileges: 'off',
}

/** Reads the fuses of a binary back, by their names. */
export async function readFuses(binary: string): Promise<Record<string, 'on' | 'off' | 'other'>> {
  const wire = await getCurrentFuseWire(binary)
  const names = Object.keys(wantedFuses) as (keyof typeof FuseV1Options)[]
  return Object.fromEntries(names.map((name) => [name, stateOf(wire[FuseV1Options[name]])]))
}

function stateOf(code: number | undefined): 'on' | 'off' | 'other' {
  if (code === fuseCodes.on) return 'on'
  return code === fuseCodes.off ? 'off' : 'other'
}
