import { statfs } from 'node:fs/promises'
import type { PublishedNetworkId } from '../../shared/contract/models.ts'
import { PasticheError } from '../../shared/errors.ts'

/** Size of the canonical file of a network: 4 bytes a weight, rounded up. */
export const canonicalBytes: Readonly<Record<PublishedNetworkId, number>> = {
  vgg16: 59_000_000,
  vgg19: 80_200_000,
}
/** Left free, so that the disk is not full to the last byte for everyone else. */
const reserveBytes = 20_000_000

/** Bytes that this user may still write to the disk of a folder; null where the system does not tell. */
export type FreeBytes = (folder: string) => Promise<number | null>

export const freeBytes: FreeBytes = async (folder) => {
  try {
    const { bavail, bsize, blocks } = await statfs(folder)
    // Some network disks answer with zeros.
    return blocks > 0 ? bavail * bsize : null
  } catch {
    return null
  }
}

/** @throws PasticheError `disk-full` */
export async function assertSpace(folder: string, neededBytes: number, free: FreeBytes): Promise<void> {
  const bytes = await free(folder)
  const wanted = neededBytes + reserveBytes
  if (bytes === null || bytes >= wanted) return
  const message = `There is too little space at ${folder}: ${megabytes(bytes)} free, ${megabytes(wanted)} needed.`
  throw new PasticheError('disk-full', message, { hint: 'Free some space and try again.' })
}

/** "80.1 MB", as disks are sold: a megabyte is a million bytes. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
