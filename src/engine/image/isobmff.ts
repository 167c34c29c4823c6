/**
 * Boxes of ISO/IEC 14496-12 (section 4.2), which HEIF, AVIF and JPEG XL files are made of. Reads only inside the bytes it is
 * given; what reaches beyond them throws a RangeError.
 */

export interface Box {
  readonly type: string
  /** Offset of the content, after size and type. */
  readonly start: number
  readonly end: number
}

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export const fourLetters = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))

/** The size of a box and of its header; a size of 0 means "to the end", of 1 that 64 bits follow. */
function boxLength(view: DataView, at: number, end: number): { length: number; header: number } {
  const short = view.getUint32(at)
  if (short === 0) return { length: end - at, header: 8 }
  if (short !== 1) return { length: short, header: 8 }
  return { length: Number(view.getBigUint64(at + 8)), header: 16 }
}

/** @throws RangeError where a box is shorter than its header or longer than what surrounds it */
export function readBoxes(view: DataView, start: number, end: number): Box[] {
  const boxes: Box[] = []
  for (let at = start; at + 8 <= end;) {
    const { length, header } = boxLength(view, at, end)
    const type = fourLetters(view, at + 4)
    if (length < header || at + length > end) throw new RangeError(`box "${type}" reaches beyond the file`)
    boxes.push({ type, start: at + header, end: at + length })
    at += length
  }
  return boxes
}

/** True if the last top-level box promises more bytes than the file has. */
export function isCutShort(bytes: Uint8Array): boolean {
  const view = viewOf(bytes)
  for (let at = 0; at < view.byteLength;) {
    if (at + 8 > view.byteLength) return true
    const short = view.getUint32(at)
    if (short === 1 && at + 16 > view.byteLength) return true
    const { length, header } = boxLength(view, at, view.byteLength)
    // Nonsense means damaged rather than cut short.
    if (length < header) return false
    if (at + length > view.byteLength) return true
    at += length
  }
  return false
}
