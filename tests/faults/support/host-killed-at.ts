import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { basename, join } from 'node:path'

/** Moment at which a host is killed: at the n-th call of the system for a file, before or after it is done; `appears`: once a file is seen. */
export interface KillPoint {
  readonly call: 'rename' | 'mkdir' | 'lstat' | 'appears'
  /** The end of the file's path. */
  readonly file: string
  readonly count: number
  readonly when: 'before' | 'after'
}

const home = process.argv[2]!
const point = JSON.parse(process.argv[3]!) as KillPoint
const end = new RegExp(point.file)
let seen = 0

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

function isHere(paths: readonly unknown[]): boolean {
  const target = paths.filter((path) => typeof path === 'string').at(-1) ?? ''
  if (!end.test(target)) return false
  seen += 1
  return seen === point.count
}

type Call = (...args: unknown[]) => unknown

function watchOver(owner: Record<string, Call>, name: string, isPromised: boolean): void {
  const original = owner[name]!
  owner[name] = (...args) => {
    const isNow = isHere(args)
    if (isNow && point.when === 'before') die()
    if (!isNow) return original(...args)
    if (isPromised) return (original(...args) as Promise<unknown>).then(die)
    const told = args.pop() as Call
    return original(...args, (...answer: unknown[]) => {
      die()
      told(...answer)
    })
  }
}

if (point.call === 'appears') {
  setInterval(() => {
    const library = join(home, 'library')
    const names = fs.existsSync(library) ? (fs.readdirSync(library, { recursive: true }) as string[]) : []
    if (names.some((name) => end.test(basename(name)))) die()
  }, 1)
} else {
  watchOver(fs as never, point.call, false)
  watchOver(fs.promises as never, point.call, true)
  syncBuiltinESMExports()
}

const { ended, openStudio, smallRequest } = await import('./open-studio.ts')
const open = await openStudio(home)
const { id } = await open.page.call('start', smallRequest(open.opened))
process.send!('started')
const { status } = await ended(open, id)
process.send!(status.state)
await open.studio.close()
process.disconnect()
