import { spawnSync } from 'node:child_process'

/** A file system of its own in memory; null where this machine does not allow that, which is said aloud. */
export function mountSmallDisk(folder: string, size: string): { readOnly(): void; unmount(): void } | null {
  const mount = (...args: string[]): boolean => spawnSync('mount', args).status === 0
  if (process.platform !== 'linux' || !mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder)) {
    process.stderr.write('SKIPPED ALOUD: this machine does not let tests mount a small disk.\n')
    return null
  }
  return {
    readOnly: () => void mount('-o', 'remount,ro', folder),
    unmount: () => void spawnSync('umount', ['-l', folder]),
  }
}
