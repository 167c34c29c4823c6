/**
 * The text of a file that a person may have edited. Editors of Windows begin one with a byte order mark, and PowerShell writes UTF-16
 * by default; without a mark it is UTF-8.
 */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes)
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}
