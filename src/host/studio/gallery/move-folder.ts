import { rename, utimes } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileProblem } from '../../file-problem.ts'
import { makePrivateFolder } from '../../files/private-files.ts'

/** Its time becomes that of the move: from then on the week counts after which the trash forgets it. */
export async function moveFolder(from: string, to: string): Promise<void> {
  try {
    await makePrivateFolder(dirname(to))
    const now = new Date()
    // First the time: whatever fails, the folder is where it is said to be.
    await utimes(from, now, now)
    await rename(from, to)
  } catch (thrown) {
    throw fileProblem(thrown, `Cannot move ${from} to ${to}`)
  }
}
