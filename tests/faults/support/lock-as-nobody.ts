import { lockFolder } from '../../../src/host/files/folder-lock.ts'
import { PasticheError } from '../../../src/shared/errors.ts'

/** Asks for the lock of a folder as a user who owns nothing, and tells what it hears. */
process.setuid!(65_534)
try {
  await lockFolder(process.argv[2]!, { purpose: 'testing' })
  process.stdout.write('held\n')
} catch (thrown) {
  const { message, hint } = PasticheError.from(thrown)
  process.stdout.write(`${message} ${hint}\n`)
}
process.exit()
