import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'

/**
 * Files that one process at a time has open, by a lock of the operating system: it ends with the process, however that ends,
 * and not before; neither sleep, nor a clock, nor a process number that is used again has a part in it.
 *
 * macOS and the BSDs lock with `open` (O_EXLOCK), Windows by a share mode of 0 (UV_FS_O_EXLOCK in libuv's uv/win.h). Node gives
 * neither a name, but passes both on. Linux locks by flock(2), which Node does not offer; but a flock belongs to the *open file*,
 * which a child shares when it inherits the descriptor: the `flock` command (util-linux, BusyBox) locks ours and ends, and the lock
 * stays with us.
 */
const exclusiveFlags: Partial<Record<NodeJS.Platform, number>> = {
  darwin: 0x20,
  freebsd: 0x20,
  openbsd: 0x20,
  win32: constants.O_RDWR | 0x10000000,
}
/** A file that is open to be written would keep its drive from being made read-only; but NFS gives a lock for no other. */
const accesses = [constants.O_RDONLY, constants.O_RDWR]
const fileMode = 0o600

/** Places of the command: those of Linux distributions, whatever PATH says; then wherever PATH says. */
const flockCommands = ['/usr/bin/flock', '/bin/flock', 'flock']
/** It does not wait; a machine that is very busy may take a while to start it. */
const flockTimeoutMs = 60_000

export interface ExclusiveFile {
  readonly file: FileHandle
  /** Gives the lock back. */
  close(): Promise<void>
}

/**
 * Opens a file exclusively; null where another process, or another part of this one, has it.
 *
 * @param flags besides those of the access
 * @param commands that can do a flock, the first that is there is used
 * @throws what the system throws, where it cannot be opened at all
 */
export async function openExclusive(
  path: string,
  flags = 0,
  commands: readonly string[] = flockCommands,
): Promise<ExclusiveFile | null> {
  const own = exclusiveFlags[process.platform]
  if (own === undefined) return openAndLock(path, flags | constants.O_NONBLOCK, commands)
  const file = await openOrNull(path, flags | own | constants.O_NONBLOCK)
  return file && { file, close: () => file.close() }
}

async function openAndLock(
  path: string,
  flags: number,
  commands: readonly string[],
  [access = 0, ...others] = accesses,
): Promise<ExclusiveFile | null> {
  const file = await open(path, access | flags, fileMode)
  try {
    const answer = await flock(file, commands)
    if (answer === 'held') return { file, close: () => file.close() }
    const name = answer === 'busy' || others.length > 0 ? null : await nameInKernel(file)
    if (name !== null) return { file, close: () => Promise.all([name(), file.close()]).then() }
    await file.close()
    return answer === 'busy' || others.length === 0 ? null : await openAndLock(path, flags, commands, others)
  } catch (thrown) {
    await file.close()
    throw thrown
  }
}

async function openOrNull(path: string, flags: number): Promise<FileHandle | null> {
  try {
    return await open(path, flags, fileMode)
  } catch (thrown) {
    // EAGAIN: locked, on the BSDs. EBUSY: a sharing violation, on Windows.
    if (['EAGAIN', 'EBUSY'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return null
    throw thrown
  }
}

type Answer = 'held' | 'busy' | 'impossible'

async function flock({ fd }: FileHandle, commands: readonly string[]): Promise<Answer> {
  for (const command of commands) {
    const answer = await runFlock(command, fd)
    if (answer !== 'missing') return answer
  }
  return 'impossible'
}

function runFlock(command: string, fd: number): Promise<Answer | 'missing'> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, ['-x', '-n', '3'], {
      stdio: ['ignore', 'ignore', 'pipe', fd],
      timeout: flockTimeoutMs,
    })
    let complaint = ''
    child.stderr!.on('data', (text: Buffer) => (complaint += text.toString()))
    // Anything else (no process may be started just now) must not lead to another kind of lock than other processes take.
    child.on('error', (error: NodeJS.ErrnoException) =>
      ['ENOENT', 'EACCES'].includes(error.code ?? '') ? resolve('missing') : reject(error),
    )
    child.on('close', (code) => {
      // It says nothing of a lock that another has; of a file system without locks it does. Null: it took too long.
      if (code === 0) resolve('held')
      else resolve(code === null || (code === 1 && complaint === '') ? 'busy' : 'impossible')
    })
  })
}

/**
 * For a Linux without the command, or a file system without locks: a socket without a file, named after the file. It ends with the
 * process as well, but other computers and containers do not see it.
 *
 * @returns what closes it; null where another has the name
 */
async function nameInKernel(file: FileHandle): Promise<(() => Promise<void>) | null> {
  const { dev, ino } = await file.stat({ bigint: true })
  const server = createServer((line) => line.destroy()).unref()
  try {
    server.listen(`\0pastiche-${dev}-${ino}`)
    await once(server, 'listening')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EADDRINUSE') return null
    throw thrown
  }
  return async () => {
    server.close()
    await once(server, 'close')
  }
}
