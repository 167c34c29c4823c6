import { chmod, lstat, mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'

/** Modes of folders and files for the user alone. Windows keeps a user's folders private by itself, and knows no modes. */
const folderMode = 0o700
const fileMode = 0o600
const forOthers = 0o077
const hasModes = process.platform !== 'win32'

/** Makes a folder, and those above it, for this user alone; one that is there stays as it is. */
export async function makePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: folderMode })
}

/** Writes a file whole or not at all, for this user alone. */
export async function writePrivateFile(path: string, content: string | Buffer): Promise<void> {
  await makePrivateFolder(dirname(path))
  await writeFileAtomic(path, content, { mode: fileMode })
}

/**
 * Takes everything in a folder of ours away from other users: the first edition left it for all to read. Links are left alone.
 * The folder itself comes last, so that one that was not done to the end is done again. Never rejects: what belongs to another
 * user stays as it is.
 */
export async function tightenFolder(path: string): Promise<void> {
  if (!hasModes) return
  try {
    const { mode } = await stat(path)
    if ((mode & forOthers) === 0) return
    for (const name of await readdir(path)) await tighten(join(path, name))
    await chmod(path, folderMode)
  } catch {
    // It is not there yet, or of another user.
  }
}

/** Takes one file or folder of ours away from other users. Never rejects. */
export async function tighten(path: string): Promise<void> {
  if (!hasModes) return
  try {
    const entry = await lstat(path)
    if (entry.isDirectory()) await tightenFolder(path)
    else if (entry.isFile() && (entry.mode & forOthers) !== 0) await chmod(path, fileMode)
  } catch {
    // Removed meanwhile, or of another user.
  }
}
