import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from '../../scripts/package/root.ts'

/** A program of bin/, started as npm starts it, and all that it says. */
export interface Program {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  readonly code: Promise<number | null>
}

/** @param home a folder of its own for all that it keeps, and for stand-ins of other programs in `home/bin` */
export function startProgram(
  name: string,
  args: readonly string[],
  home: string,
  env: NodeJS.ProcessEnv,
): Program {
  const {
    DISPLAY: _x,
    WAYLAND_DISPLAY: _w,
    PASTICHE_OFFLINE: _o,
    ELECTRON_EXEC_PATH: _e,
    ...inherited
  } = process.env
  // No test opens a real browser.
  writeProgram(join(home, 'bin'), 'xdg-open', `echo "$@" > ${join(home, 'opened')}`)
  const child = spawn(process.execPath, [join(root, 'bin', name), ...args], {
    cwd: home,
    env: {
      ...inherited,
      PATH: `${join(home, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`,
      PASTICHE_HOME: home,
      NO_COLOR: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    code: new Promise((resolve) => child.once('close', resolve)),
  }
}

/** A script for the shell, which can be run by its path. */
export function writeProgram(folder: string, name: string, script: string): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}
