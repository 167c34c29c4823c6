import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { mountSmallDisk } from '../../../tests/faults/support/small-disk.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { openExclusive } from './exclusive-file.ts'
import { isAliveOfFirstEdition } from './first-edition-lock.ts'
import { lockFolder, lockName, type FolderLock, type LockHolder, type LockOptions } from './folder-lock.ts'

const root = temporaryFolder()
const timings = { pollMs: 5, waitTimeoutMs: 60_000 }
const notAtAll = { pollMs: 5, waitTimeoutMs: -1 }
let count = 0
function newFolder(): string {
  const folder = join(root.path, String(count++))
  mkdirSync(folder)
  return folder
}
const lock = (folder: string, options: Partial<LockOptions> = {}): Promise<FolderLock> =>
  lockFolder(folder, { purpose: 'testing', timings: notAtAll, ...options })
const lockFile = (folder: string): string => join(folder, lockName)

describe('the lock of a folder', () => {
  it('is a file that says who holds it, and goes when it is released', async () => {
    const folder = newFolder()
    const held = await lock(folder)
    expect(JSON.parse(readFileSync(lockFile(folder), 'utf8'))).toEqual({
      pid: process.pid,
      purpose: 'testing',
    })
    await held.assertHeld()
    await held.release()
    await held.release()
    expect(readdirSync(folder)).toEqual([])
  })

  it('has one holder at a time', async () => {
    const folder = newFolder()
    let [holders, most] = [0, 0]
    const use = async (): Promise<void> => {
      const held = await lock(folder, { timings })
      most = Math.max(most, ++holders)
      await delay(3)
      holders -= 1
      await held.release()
    }
    await Promise.all(Array.from({ length: 6 }, use))
    expect(most).toBe(1)
  })

  it('tells who is waited for, once', async () => {
    const folder = newFolder()
    const held = await lock(folder, { purpose: 'downloading vgg19' })
    const heard: (LockHolder | null)[] = []
    const waiting = lock(folder, {
      timings,
      onWait: (holder) => {
        heard.push(holder)
        void held.release()
      },
    })
    await (await waiting).release()
    expect(heard).toMatchObject([{ pid: process.pid, purpose: 'downloading vgg19' }])
  })

  it('is given up after a time, with who has it', async () => {
    const folder = newFolder()
    const held = await lock(folder, { purpose: 'using this library' })
    await expect(lock(folder)).rejects.toMatchObject({
      code: 'store-busy',
      message: `Another Pastiche (process ${process.pid}) is using this library.`,
    })
    await held.release()
  })

  it('is not waited for any more once that is cancelled', async () => {
    const folder = newFolder()
    const held = await lock(folder)
    const cancel = new AbortController()
    const waiting = lock(folder, {
      signal: cancel.signal,
      timings: { ...timings, pollMs: 60_000 },
      onWait: () => setTimeout(() => cancel.abort(), 10),
    })
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    await held.release()
  })

  it('whose folder was removed, moved or replaced is noticed by its holder, who leaves the new one alone', async () => {
    const folder = newFolder()
    const held = await lock(folder)
    renameSync(folder, `${folder}-moved`)
    await expect(held.assertHeld()).rejects.toMatchObject({ code: 'store-busy' })
    const other = await lock(folder)
    await held.release()
    await other.assertHeld()
    await other.release()
  })

  it('can be had although nothing can be written into it', async ({ skip }) => {
    const folder = newFolder()
    const disk = mountSmallDisk(folder, '64k')
    if (disk === null) skip()
    try {
      writeFileSync(join(folder, 'filler'), Buffer.alloc(60 * 1024))
      const held = await lock(folder)
      await expect(lock(folder)).rejects.toMatchObject({ code: 'store-busy' })
      await held.release()
      expect(readdirSync(folder)).toEqual(['filler'])
    } finally {
      disk!.unmount()
    }
  })

  it('cannot be had where nothing can be written', async () => {
    const file = root.file('a file', '')
    await expect(lock(join(file, 'folder'))).rejects.toMatchObject({ code: 'output-not-writable' })
  })

  it.skipIf(process.platform !== 'linux')('is a name in the kernel where no flock can be had', async () => {
    const path = root.file('no-flock', '')
    const first = await openExclusive(path, 0, ['/nowhere/flock'])
    expect(await openExclusive(path, 0, ['/nowhere/flock'])).toBeNull()
    await first!.close()
    const second = await openExclusive(path, 0, ['/nowhere/flock'])
    expect(second).not.toBeNull()
    await second!.close()
  })
})

const leftByFirstEdition = (holder: object): string =>
  JSON.stringify({ pid: process.ppid, host: hostname(), token: 'x', purpose: 'using it', ...holder })
const deadPid = spawnSync(process.execPath, ['--version']).pid
const longAgo = new Date(Date.now() - 60_000)

describe('what was left at the place of the lock', () => {
  const files: Record<string, string> = {
    'an empty file': '',
    'half a file': '{"pid":1,"purp',
    'bytes of no meaning': '\u0000\u0001',
    'a lock of a process whose number another has now': JSON.stringify({ pid: 1, purpose: 'using it' }),
    'a lock of the first edition, of a dead process': leftByFirstEdition({ pid: deadPid }),
    'a lock of the first edition, of this process number': leftByFirstEdition({ pid: process.pid }),
  }
  it.each(Object.entries(files))('(%s) is taken over at once', async (_, content) => {
    const folder = newFolder()
    writeFileSync(lockFile(folder), content)
    await (await lock(folder)).release()
    expect(readdirSync(folder)).toEqual([])
  })

  it.each([
    ['another host name', { host: 'an-old-name' }],
    ['a process number that another process has now', {}],
  ])('(a silent lock of the first edition, with %s) is taken over at once', async (_, holder) => {
    const folder = newFolder()
    writeFileSync(lockFile(folder), leftByFirstEdition(holder))
    utimesSync(lockFile(folder), longAgo, longAgo)
    await (await lock(folder)).release()
  })

  it('(a lock of a first edition that runs) is respected', async () => {
    const folder = newFolder()
    const content = leftByFirstEdition({})
    writeFileSync(lockFile(folder), content)
    const beat = setInterval(() => utimesSync(lockFile(folder), new Date(), new Date()), 20)
    await expect(lock(folder)).rejects.toMatchObject({
      message: `Another Pastiche (process ${process.ppid}) is using it.`,
    })
    clearInterval(beat)
    expect(readFileSync(lockFile(folder), 'utf8')).toBe(content)
  })

  it('(a lock of the first edition that was touched just now, and beats no more) is dead after a while', async () => {
    const folder = newFolder()
    writeFileSync(lockFile(folder), leftByFirstEdition({ host: 'an-old-name' }))
    expect(await isAliveOfFirstEdition(lockFile(folder), { listenMs: 300 })).toBe(false)
  })

  const odd: Record<string, (path: string) => Promise<void> | void> = {
    'a folder': (path) => void mkdirSync(join(path, 'with', 'content'), { recursive: true }),
    'a link to a file': (path) => symlinkSync(root.file('elsewhere', 'kept'), path),
    'a link to nothing': (path) => symlinkSync('/nowhere/at/all', path),
    'a link to itself': (path) => symlinkSync(path, path),
    'a link to a device': (path) => symlinkSync('/dev/zero', path),
    'a pipe': (path) => void spawnSync('mkfifo', [path]),
    'a socket': async (path) => {
      const server = createServer().listen(path)
      await once(server, 'listening')
      server.unref()
    },
  }
  it.skipIf(process.platform === 'win32').each(Object.entries(odd))(
    '(%s) is renamed, and the lock is had by one of many',
    async (_, make) => {
      const folder = newFolder()
      await make(lockFile(folder))
      const answers = await Promise.allSettled(Array.from({ length: 4 }, () => lock(folder)))
      const held = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
      expect(held).toHaveLength(1)
      await held[0]!.assertHeld()
      await held[0]!.release()
      expect(readdirSync(folder)).toEqual([expect.stringContaining(`${lockName}.broken-`)])
      if (existsSync(root.file('elsewhere')))
        expect(readFileSync(root.file('elsewhere'), 'utf8')).toBe('kept')
    },
  )

  it.skipIf(process.getuid?.() !== 0)(
    '(a file of another user) is named, with what to do, for a process that may not open it',
    () => {
      const folder = newFolder()
      writeFileSync(lockFile(folder), '', { mode: 0o600 })
      for (let above = folder; above !== '/'; above = join(above, '..')) {
        if (above.startsWith(root.path)) chmodSync(above, 0o777)
      }
      const script = new URL('../../../tests/faults/support/lock-as-nobody.ts', import.meta.url).pathname
      const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', script, folder], {
        encoding: 'utf8',
      })
      expect(stdout).toContain(`Cannot open ${lockFile(folder)}`)
      expect(stdout).toContain('remove this file')
      rmSync(folder, { recursive: true })
    },
  )
})

describe('a process that sleeps', () => {
  it.skipIf(process.platform === 'win32')('keeps the lock, for as long as it sleeps', async () => {
    const folder = newFolder()
    const script = new URL('../../../tests/faults/support/hold-lock.ts', import.meta.url).pathname
    const holder = spawn(process.execPath, ['--import', 'tsx', script, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(holder.stdout, 'data')
    holder.kill('SIGSTOP')
    // The time of the file, the clock and whether the process answers have no part in it.
    utimesSync(lockFile(folder), longAgo, longAgo)
    await expect(lock(folder)).rejects.toMatchObject({
      message: `Another Pastiche (process ${holder.pid}) is holding it.`,
    })
    const ended = once(holder, 'exit')
    holder.kill('SIGKILL')
    await ended
    await (await lock(folder)).release()
  })
})
