/**
 * The largest tensor that may be asked for, in bytes. Inside Electron, Chromium's allocator serves every library of the process,
 * and ends it (SIGTRAP) where one block nears 2 GiB. Elsewhere a block may be as large as the memory.
 */
export const largestBlockBytes = process.versions['electron'] === undefined ? Infinity : 2 ** 30

/**
 * True if ONNX Runtime may keep its memory in an arena: that grows by blocks, each twice as large as the one before, up to what
 * is needed in all.
 *
 * @param peakBytes of the whole job
 */
export function isArenaSafe(peakBytes: number, blockBytes = largestBlockBytes): boolean {
  return peakBytes <= blockBytes
}
