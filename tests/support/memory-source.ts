import { PasticheError } from '../../src/shared/errors.ts'
import type { ByteSource } from '../../src/engine/weights/byte-source.ts'

/** Bytes in memory as a file, of a size that may be claimed only; remembers the largest piece that was asked for. */
export function memorySource(
  bytes: Uint8Array,
  sizeBytes = bytes.length,
): ByteSource & { readonly largestRead: () => number } {
  let largest = 0
  return {
    name: 'memory',
    sizeBytes,
    descriptor: -1,
    start: 0,
    largestRead: () => largest,
    read(position, length) {
      if (position < 0 || position + length > sizeBytes)
        return Promise.reject(new PasticheError('weights-damaged', 'Expected a range within the file.'))
      largest = Math.max(largest, length)
      const piece = new Uint8Array(new ArrayBuffer(length))
      piece.set(bytes.subarray(position, position + length))
      return Promise.resolve(piece)
    },
    isUnchanged: () => Promise.resolve(true),
    close: () => Promise.resolve(),
  }
}
