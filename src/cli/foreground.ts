import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * True if this process has the terminal to itself. One that a shell runs in the background is stopped by the system
 * as soon as it reads from the terminal.
 */
export function isInForeground(): boolean {
  if (process.platform === 'win32') return true
  const [group, foreground] = process.platform === 'linux' ? groupsOfLinux() : groupsByPs()
  return group !== undefined && group === foreground
}

type Groups = readonly [own: string | undefined, foreground: string | undefined]

/** The process's own group, and the one that the terminal belongs to: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function groupsOfLinux(): Groups {
  // The name of the program, in parentheses, may hold spaces.
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return [fields[2], fields[5]]
}

function groupsByPs(): Groups {
  const args = ['-o', 'pgid=,tpgid=', '-p', String(process.pid)]
  const [group, foreground] = spawnSync('ps', args, { encoding: 'utf8' }).stdout.trim().split(/\s+/)
  return [group, foreground]
}
