import { createHash } from 'node:crypto'
import type { ModelEntry, ModelManifest } from '../../shared/contract/models.ts'
import type { ByteSource } from './byte-source.ts'

/** Identity of a file by its checksums. */
export interface FileIdentity {
  /** Lower-case hex. */
  readonly sha256: string
  /** The published file that this one resembles, if any. */
  readonly entry: ModelEntry | undefined
  /** True if it is that file: a whole checksum agrees, not only the start of one. */
  readonly verified: boolean
}

const pieceBytes = 4_000_000

/** Computes the checksums of a file, piece by piece, and looks them up in the manifest. */
export async function identify(file: ByteSource, { models }: ModelManifest): Promise<FileIdentity> {
  // Most entries can be told apart by size: MD5 is only computed where it may decide something.
  const possible = models.filter(({ bytes }) => bytes === null || bytes === file.sizeBytes)
  const hashes = { sha256: createHash('sha256'), md5: createHash('md5') }
  const needsMd5 = possible.some((entry) => entry.md5 !== undefined)
  for (let position = 0; position < file.sizeBytes; position += pieceBytes) {
    const piece = await file.read(position, Math.min(pieceBytes, file.sizeBytes - position))
    hashes.sha256.update(piece)
    if (needsMd5) hashes.md5.update(piece)
  }
  const sha256 = hashes.sha256.digest('hex')
  const md5 = hashes.md5.digest('hex')
  const verified = possible.find((entry) =>
    entry.sha256 === undefined ? needsMd5 && entry.md5 === md5 : entry.sha256 === sha256,
  )
  const resembling = possible.find(({ sha256Prefix }) => sha256Prefix && sha256.startsWith(sha256Prefix))
  return { sha256, entry: verified ?? resembling, verified: verified !== undefined }
}
