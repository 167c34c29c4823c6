import type { JpegScan, JpegStructure } from './jpeg-structure.ts'
import { sharp } from './vips.ts'

/**
 * How much of a JPEG without an end is there. The decoder fills what is missing with flat blocks; up to a twentieth of the picture may
 * be such filling.
 */
const mostLost = 0.05

const endMarker = Buffer.from([0xff, 0xd9])

/** True if all but a twentieth of the picture can be decoded. */
export async function isNearlyWhole(file: Buffer, structure: JpegStructure): Promise<boolean> {
  const { scans, components, frame } = structure
  const [first] = scans
  if (first === undefined || structure.heightPx === 0) return false
  const isSequential = frame !== 0xc2 && first.components.length === components
  const share = isSequential ? await lostBlocks(file, structure) : await lostRows(file, structure)
  return share <= mostLost
}

/** The bottom of the picture as grey, decoded as far as it goes. Null where not even that is possible. */
async function bottomOf(
  file: Buffer,
  { heightPx }: JpegStructure,
  rows: number,
): Promise<{ grey: Buffer; widthPx: number; rows: number } | null> {
  try {
    const { width, height } = await sharp(file, { failOn: 'none', limitInputPixels: false }).metadata()
    if (height !== heightPx) return null
    const { data } = await sharp(file, { failOn: 'none', limitInputPixels: false })
      .extract({ left: 0, top: height - rows, width, height: rows })
      .toColourspace('b-w')
      .extractChannel(0)
      .raw()
      .toBuffer({ resolveWithObject: true })
    return { grey: data, widthPx: width, rows }
  } catch {
    return null
  }
}

/** True if these lines from the top can be decoded without reaching the end of the data. */
async function canDecode(file: Buffer, rows: number): Promise<boolean> {
  const image = sharp(file, { failOn: 'error', limitInputPixels: false })
  const { width } = await image.metadata()
  return image
    .extract({ left: 0, top: 0, width, height: rows })
    .raw()
    .toBuffer()
    .then(
      () => true,
      () => false,
    )
}

/** Sequential: blocks come from left to right and from top to bottom, so that what is missing is one flat run at the end. */
async function lostBlocks(file: Buffer, structure: JpegStructure): Promise<number> {
  const { heightPx } = structure
  const looked = Math.min(heightPx, 16 + Math.ceil(2 * mostLost * heightPx))
  if (heightPx > looked && !(await canDecode(file, heightPx - looked))) return 1
  const whole = Buffer.concat([file, endMarker])
  const bottom = await bottomOf(whole, structure, looked)
  if (bottom === null) return 1
  return flatRun(bottom, heightPx - looked) / (bottom.widthPx * heightPx)
}

const blockPx = 8

/** Pixels in the blocks at the end that are all of the very last one's grey. */
function flatRun(
  { grey, widthPx, rows }: { grey: Buffer; widthPx: number; rows: number },
  top: number,
): number {
  const filling = grey.at(-1)!
  const bands: number[] = []
  for (let y = 0; y < rows; y += blockPx - ((top + y) % blockPx)) bands.push(y)
  let pixels = 0
  for (let band = bands.length - 1; band >= 0; band--) {
    const [from, to] = [bands[band]!, bands[band + 1] ?? rows]
    let x = widthPx
    while (x > 0) {
      const left = Math.floor((x - 1) / blockPx) * blockPx
      if (!isFlat(grey, widthPx, { from, to, left, right: x }, filling)) break
      pixels += (x - left) * (to - from)
      x = left
    }
    if (x > 0 && x < widthPx) continue
    if (x > 0) break
  }
  return pixels
}

function isFlat(
  grey: Buffer,
  widthPx: number,
  { from, to, left, right }: { from: number; to: number; left: number; right: number },
  value: number,
): boolean {
  for (let y = from; y < to; y++)
    for (let x = left; x < right; x++) if (grey[y * widthPx + x] !== value) return false
  return true
}

/** Coefficients of colour that are seen when they are missing; finer ones hardly are. */
const coarseColour = 8

const covers = (scan: JpegScan, component: number, coefficient: number): boolean =>
  scan.components.includes(component) &&
  scan.firstCoefficient <= coefficient &&
  scan.lastCoefficient >= coefficient

/** True if all of the brightness has begun to come, to the last bit, and the coarse part of the colours. */
function isEssentialBegun({ scans, components }: JpegStructure): boolean {
  const ids = [...new Set(scans.flatMap((scan) => scan.components))]
  if (ids.length !== components) return false
  const [brightness, ...colours] = ids
  const has = (id: number, last: number, mostBitsLeft: number): boolean =>
    Array.from({ length: last + 1 }, (_, k) => k).every((k) =>
      scans.some((scan) => covers(scan, id, k) && scan.bitsLeft <= mostBitsLeft),
    )
  return has(brightness!, 63, 0) && colours.every((id) => has(id, coarseColour, 15))
}

/** Fine detail or the last bits of colour alone: it may be missing as a whole. */
function isDispensable(scan: JpegScan, earlier: readonly JpegScan[]): boolean {
  const brightness = earlier[0]?.components[0]
  if (brightness === undefined || scan.components.includes(brightness)) return false
  if (scan.firstCoefficient > coarseColour) return true
  return scan.components.every((id) => earlier.some((before) => covers(before, id, scan.firstCoefficient)))
}

/** Several scans, each over the whole picture: how far down the last one came shows where it changed anything. */
async function lostRows(file: Buffer, structure: JpegStructure): Promise<number> {
  if (!isEssentialBegun(structure)) return 1
  const rows = Math.min(structure.heightPx, 16 + Math.ceil(2 * mostLost * structure.heightPx))
  const last = structure.scans.at(-1)!
  if (isDispensable(last, structure.scans.slice(0, -1))) return 0
  const [withLast, without] = await Promise.all([
    bottomOf(Buffer.concat([file, endMarker]), structure, rows),
    bottomOf(Buffer.concat([file.subarray(0, last.at), endMarker]), structure, rows),
  ])
  if (withLast === null || without === null) return 1
  for (let i = withLast.grey.length - 1; i >= 0; i--) {
    if (withLast.grey[i] === without.grey[i]) continue
    return Math.max(0, rows - 1 - Math.floor(i / withLast.widthPx) - 15) / structure.heightPx
  }
  return 1
}
