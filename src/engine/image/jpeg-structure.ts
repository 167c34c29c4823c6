/** The markers of a JPEG file (ITU-T T.81, annex B), up to the end of its first picture: an MPO file holds several. */
export interface JpegStructure {
  /** Second byte of the frame header's marker, 0xc0 to 0xcf, or 0xf7 (JPEG-LS). Null: the file ends before it. */
  readonly frame: number | null
  readonly precision: number
  readonly heightPx: number
  readonly components: number
  readonly scans: readonly JpegScan[]
  readonly hasEnd: boolean
}

export interface JpegScan {
  /** Offset of the marker of its header. */
  readonly at: number
  readonly components: readonly number[]
  readonly firstCoefficient: number
  readonly lastCoefficient: number
  /** How many of the lowest bits are still to come: 0 once all are there. */
  readonly bitsLeft: number
}

const isFrame = (marker: number): boolean =>
  (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) || marker === 0xf7

/** Markers without a segment behind them: fill, restart, start of image. */
const isBare = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)

export function readJpegStructure(file: Buffer): JpegStructure {
  const scans: JpegScan[] = []
  let frame: number | null = null
  let [precision, heightPx, components] = [8, 0, 0]
  const done = (hasEnd: boolean): JpegStructure => ({ frame, precision, heightPx, components, scans, hasEnd })
  for (let at = nextMarker(file, 2); at >= 0;) {
    const marker = file[at + 1]!
    if (marker === 0xd9) return done(true)
    if (isBare(marker)) {
      at = nextMarker(file, at + 2)
      continue
    }
    if (at + 4 > file.length) break
    const end = at + 2 + file.readUInt16BE(at + 2)
    if (end > file.length) break
    if (isFrame(marker) && frame === null && end >= at + 10) {
      frame = marker
      ;[precision, heightPx, components] = [file[at + 4]!, file.readUInt16BE(at + 5), file[at + 9]!]
    }
    if (marker === 0xda) scans.push(readScan(file, at, end))
    at = nextMarker(file, end)
  }
  return done(false)
}

function readScan(file: Buffer, at: number, end: number): JpegScan {
  const count = file[at + 4] ?? 0
  const components = Array.from({ length: count }, (_, i) => file[at + 5 + 2 * i] ?? 0)
  const [first = 0, last = 63, bits = 0] = file.subarray(end - 3, end)
  return { at, components, firstCoefficient: first, lastCoefficient: last, bitsLeft: bits & 15 }
}

/** Offset of the next marker; 0xff with 0 behind it is data, and may be repeated before a marker. */
function nextMarker(file: Buffer, from: number): number {
  for (let at = file.indexOf(0xff, from); at >= 0 && at + 1 < file.length; at = file.indexOf(0xff, at + 1)) {
    const next = file[at + 1]!
    if (next !== 0 && next !== 0xff) return at
  }
  return -1
}
