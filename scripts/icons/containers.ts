/** A square PNG file. */
export interface IconPicture {
  readonly sidePx: number
  readonly png: Uint8Array
}

const iconDirectoryBytes = 6
const iconEntryBytes = 16

/**
 * A Windows icon with PNG pictures, which every Windows since Vista reads: a directory, then the files one after the other.
 *
 * @param pictures at most 256 px
 */
export function writeIco(pictures: readonly IconPicture[]): Buffer {
  const head = Buffer.alloc(iconDirectoryBytes + iconEntryBytes * pictures.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(pictures.length, 4)
  let offset = head.length
  for (const [index, { sidePx, png }] of pictures.entries()) {
    const entry = iconDirectoryBytes + iconEntryBytes * index
    // One byte each: 0 means 256.
    head.writeUInt8(sidePx % 256, entry)
    head.writeUInt8(sidePx % 256, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(png.length, entry + 8)
    head.writeUInt32LE(offset, entry + 12)
    offset += png.length
  }
  return Buffer.concat([head, ...pictures.map(({ png }) => png)])
}

/** Apple's names for PNG pictures in an icon, by their side; those of high resolution have names of their own. */
const icnsTypes: Readonly<Record<number, readonly string[]>> = {
  32: ['ic11'],
  64: ['ic12'],
  128: ['ic07'],
  256: ['ic08', 'ic13'],
  512: ['ic09', 'ic14'],
  1024: ['ic10'],
}

/** An icon of macOS: `icns`, its length, and blocks of type, length and PNG. */
export function writeIcns(pictures: readonly IconPicture[]): Buffer {
  const blocks = pictures.flatMap(({ sidePx, png }) =>
    (icnsTypes[sidePx] ?? []).map((type) => block(type, png)),
  )
  return block('icns', Buffer.concat(blocks))
}

function block(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32BE(head.length + content.length, 4)
  return Buffer.concat([head, content])
}
