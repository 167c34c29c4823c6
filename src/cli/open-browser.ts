import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmdirSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Commands that open a file in the user's default program. None is a shell, which could misread a name. */
const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}
const freedesktopOpener = ['xdg-open'] as const

const folderPrefix = 'pastiche-open-'
const fileName = 'pastiche.html'
/** Leftovers of a process that was killed. */
const leftoverMs = 30 * 60_000

export interface OpenedAddress {
  /** Removes what led the browser there. Idempotent. */
  readonly forget: () => void
}

/**
 * Opens an address that nobody else may learn in the system's browser, which then outlives this process. The command lines of programs
 * are everyone's to read, so they name a file that this user alone can read and that leads on to the address.
 *
 * @param onProblem hears a sentence where it cannot be opened
 */
export function openPrivately(url: string, onProblem: (problem: string) => void): OpenedAddress {
  const fail = (): void => onProblem('The browser could not be opened. Open the address above yourself.')
  let folder: string
  try {
    folder = makeFolder()
    writeFileSync(join(folder, fileName), pageTo(url), { mode: 0o600, flag: 'wx' })
  } catch {
    fail()
    return { forget: () => undefined }
  }
  const forget = (): void => {
    process.off('exit', forget)
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', forget)
  open(join(folder, fileName), () => {
    forget()
    fail()
  })
  return { forget }
}

function open(file: string, onProblem: () => void): void {
  const [command, ...args] = openers[process.platform] ?? freedesktopOpener
  const opener = spawn(command, [...args, file], { stdio: 'ignore', detached: true })
  opener.once('error', onProblem)
  opener.once('exit', (code) => {
    if (code !== 0) onProblem()
  })
  opener.unref()
}

/**
 * Makes a folder for this user alone. On Linux it is not in the temporary folder and not hidden: browsers that come as snaps see neither.
 * Elsewhere the temporary folder is the user's own.
 */
function makeFolder(): string {
  const own = process.env['PASTICHE_HOME'] ?? ''
  const home = process.platform === 'linux' ? homedir() : tmpdir()
  const parents = [own === '' ? home : own, tmpdir()]
  sweep(parents[0]!)
  for (const parent of parents) {
    try {
      return mkdtempSync(join(parent, folderPrefix))
    } catch {
      // A home that is not there or cannot be written to.
    }
  }
  throw new Error('No folder can be made.')
}

function isOwnName(name: string): boolean {
  return name.startsWith(folderPrefix) && /^\w{6}$/.test(name.slice(folderPrefix.length))
}

/** Removes what is certainly our own, and nobody's any more. */
function sweep(parent: string): void {
  for (const name of attempt(() => readdirSync(parent)) ?? []) {
    const folder = join(parent, name)
    attempt(() => {
      if (!isOwnName(name) || Date.now() - statSync(folder).mtimeMs < leftoverMs) return
      unlinkSync(join(folder, fileName))
      rmdirSync(folder)
    })
  }
}

/** Ignores what cannot be removed: its token has long expired. */
function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

function pageTo(url: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="0; url=${url}">
<title>Pastiche</title>
<p><a href="${url}">Open the studio</a></p>
</html>
`
}
