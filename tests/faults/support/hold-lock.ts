import { lockFolder } from '../../../src/host/files/folder-lock.ts'

/** Holds the lock of a folder until it is killed. */
await lockFolder(process.argv[2]!, { purpose: 'holding it' })
process.stdout.write('held\n')
setInterval(() => undefined, 60_000)
