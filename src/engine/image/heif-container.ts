import { fourLetters, readBoxes, viewOf } from './isobmff.ts'
import type { Box } from './isobmff.ts'
import type { Nclx } from './nclx.ts'
import type { Size } from '../tensor/size.ts'

/** Facts that the container of a HEIF file (ISO/IEC 23008-12) gives about its main picture, read before any decoder sees the file. */
export interface HeifFacts {
  /** Codec of the picture, or of the first tile of a grid: hvc1, av01, jpeg … */
  readonly codec: string
  /** As stored, before cropping and turning. Null where it is not told. */
  readonly stored: Size | null
  readonly bitDepth: number
  readonly icc: Uint8Array | null
  readonly nclx: Nclx | null
  readonly exif: Uint8Array | null
}

interface Item {
  readonly type: string
  readonly properties: Box[]
}

interface Meta {
  readonly view: DataView
  readonly primary: number
  readonly items: ReadonlyMap<number, Item>
  /** By kind of reference: from → to. */
  readonly references: ReadonlyMap<string, ReadonlyMap<number, readonly number[]>>
  readonly locations: Box | undefined
  readonly data: Box | undefined
}

/**
 * @returns null for a file without still picture (a sequence or a video)
 * @throws RangeError where the structure is damaged
 */
export function readHeifFacts(file: Uint8Array): HeifFacts | null {
  const view = viewOf(file)
  const top = readBoxes(view, 0, view.byteLength)
  const box = top.find(({ type }) => type === 'meta')
  if (box === undefined) return null
  const meta = readMeta(view, box)
  const primary = meta.items.get(meta.primary)
  if (primary === undefined) throw new RangeError('no main picture')
  const coded = codedItem(meta)
  const property = (type: string): Box | undefined =>
    [primary, coded].flatMap((item) => item.properties).find((found) => found.type === type)
  const ispe = primary.properties.find(({ type }) => type === 'ispe')
  return {
    codec: coded.type,
    stored: ispe
      ? { widthPx: view.getUint32(ispe.start + 4), heightPx: view.getUint32(ispe.start + 8) }
      : null,
    bitDepth: bitDepthOf(view, property('hvcC'), property('pixi')),
    ...colourOf(view, [primary, coded]),
    exif: exifOf(meta),
  }
}

/** The item that pixels come from: grids, overlays and derived pictures are made of others, all coded alike. */
function codedItem({ primary, items, references }: Meta): Item {
  const derived = references.get('dimg')
  let id = primary
  for (let depth = 0; depth < 8; depth++) {
    const next = derived?.get(id)?.[0]
    if (next === undefined || !items.has(next)) break
    id = next
  }
  return items.get(id)!
}

function readMeta(view: DataView, meta: Box): Meta {
  const boxes = readBoxes(view, meta.start + 4, meta.end)
  const named = (type: string): Box | undefined => boxes.find((box) => box.type === type)
  const [pitm, iinf, iprp, iref] = ['pitm', 'iinf', 'iprp', 'iref'].map(named)
  if (pitm === undefined || iinf === undefined) throw new RangeError('no list of pictures')
  return {
    view,
    primary:
      view.getUint8(pitm.start) === 0 ? view.getUint16(pitm.start + 4) : view.getUint32(pitm.start + 4),
    items: readItems(view, iinf, iprp),
    references: readReferences(view, iref),
    locations: named('iloc'),
    data: named('idat'),
  }
}

/** Item information (8.11.6) with the properties of each (23008-12, 9.3). */
function readItems(view: DataView, iinf: Box, iprp: Box | undefined): Map<number, Item> {
  const items = new Map<number, Item>()
  const behindCount = iinf.start + (view.getUint8(iinf.start) === 0 ? 6 : 8)
  for (const { type, start } of readBoxes(view, behindCount, iinf.end)) {
    const version = view.getUint8(start)
    if (type !== 'infe' || version < 2) continue
    const wide = version > 2 ? 2 : 0
    const id = wide ? view.getUint32(start + 4) : view.getUint16(start + 4)
    items.set(id, { type: fourLetters(view, start + 8 + wide), properties: [] })
  }
  const parts = iprp === undefined ? [] : readBoxes(view, iprp.start, iprp.end)
  const container = parts.find(({ type }) => type === 'ipco')
  if (container === undefined) return items
  const properties = readBoxes(view, container.start, container.end)
  for (const part of parts) if (part.type === 'ipma') associate(view, part, properties, items)
  return items
}

function associate(view: DataView, ipma: Box, properties: readonly Box[], items: Map<number, Item>): void {
  const isWide = view.getUint8(ipma.start) >= 1
  const hasLongIndex = (view.getUint8(ipma.start + 3) & 1) === 1
  let at = ipma.start + 8
  for (let left = view.getUint32(ipma.start + 4); left > 0 && at < ipma.end; left--) {
    const item = items.get(isWide ? view.getUint32(at) : view.getUint16(at))
    at += isWide ? 4 : 2
    for (let count = view.getUint8(at++); count > 0; count--) {
      const index = hasLongIndex ? view.getUint16(at) & 0x7fff : view.getUint8(at) & 0x7f
      at += hasLongIndex ? 2 : 1
      const property = properties[index - 1]
      if (property !== undefined) item?.properties.push(property)
    }
  }
}

/** Item references (8.11.12). */
function readReferences(view: DataView, iref: Box | undefined): Map<string, Map<number, number[]>> {
  const found = new Map<string, Map<number, number[]>>()
  if (iref === undefined) return found
  const idBytes = view.getUint8(iref.start) === 0 ? 2 : 4
  const id = (at: number): number => (idBytes === 2 ? view.getUint16(at) : view.getUint32(at))
  for (const { type, start, end } of readBoxes(view, iref.start + 4, iref.end)) {
    const count = Math.min(view.getUint16(start + idBytes), Math.floor((end - start) / idBytes) - 1)
    const to = Array.from({ length: count }, (_, i) => id(start + idBytes + 2 + i * idBytes))
    const kind = found.get(type) ?? new Map<number, number[]>()
    found.set(type, kind.set(id(start), [...(kind.get(id(start)) ?? []), ...to]))
  }
  return found
}

/** ISO/IEC 14496-15, 8.3.3.1.2 (bit_depth_luma_minus8), or the pixel information property. */
function bitDepthOf(view: DataView, hvcC: Box | undefined, pixi: Box | undefined): number {
  if (hvcC !== undefined) return 8 + (view.getUint8(hvcC.start + 17) & 7)
  return pixi === undefined ? 8 : view.getUint8(pixi.start + 5)
}

/** Colour information (14496-12, 12.1.5): an ICC profile goes before code points. */
function colourOf(view: DataView, items: readonly Item[]): Pick<HeifFacts, 'icc' | 'nclx'> {
  const colours = items.flatMap(({ properties }) => properties).filter(({ type }) => type === 'colr')
  const kind = ({ start }: Box): string => fourLetters(view, start)
  const profile = colours.find((box) => kind(box) === 'prof' || kind(box) === 'rICC')
  const points = colours.find((box) => kind(box) === 'nclx')
  return {
    icc: profile
      ? new Uint8Array(view.buffer, view.byteOffset + profile.start + 4, profile.end - profile.start - 4)
      : null,
    nclx: points
      ? { primaries: view.getUint16(points.start + 4), transfer: view.getUint16(points.start + 6) }
      : null,
  }
}

const maxExifBytes = 16 * 2 ** 20

/** The Exif item that describes the main picture; damaged EXIF never costs the picture. */
function exifOf(meta: Meta): Uint8Array | null {
  try {
    const described = meta.references.get('cdsc')
    const exif = [...meta.items].filter(([, { type }]) => type === 'Exif').map(([id]) => id)
    const id = exif.find((id) => described?.get(id)?.includes(meta.primary)) ?? exif[0]
    const item = id === undefined ? null : itemData(meta, id)
    if (item === null) return null
    // 23008-12, A.2.1: how many bytes stand between this number and the TIFF header.
    return item.subarray(4 + viewOf(item).getUint32(0))
  } catch {
    return null
  }
}

/** Item location (8.11.3): the extents of an item, joined. */
function itemData({ view, locations, data }: Meta, wanted: number): Uint8Array | null {
  if (locations === undefined) return null
  const version = view.getUint8(locations.start)
  const sizes = view.getUint16(locations.start + 4)
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15]
  const indexBytes = version === 0 ? 0 : sizes & 15
  let at = locations.start + 6
  const take = (bytes: number): number => {
    let value = 0
    for (let i = 0; i < bytes; i++) value = value * 256 + view.getUint8(at++)
    return value
  }
  for (let left = take(version < 2 ? 2 : 4); left > 0 && at < locations.end; left--) {
    const id = take(version < 2 ? 2 : 4)
    const isInside = version > 0 && (take(2) & 15) === 1
    take(2)
    const base = take(baseBytes) + (isInside ? (data?.start ?? Infinity) : 0)
    const extents: Uint8Array[] = []
    for (let count = take(2), total = 0; count > 0; count--) {
      take(indexBytes)
      const [offset, length] = [base + take(offsetBytes), take(lengthBytes)]
      total += length
      if (id !== wanted) continue
      if (total > maxExifBytes || offset + length > view.byteLength) return null
      extents.push(new Uint8Array(view.buffer, view.byteOffset + offset, length))
    }
    if (id === wanted) return Buffer.concat(extents)
  }
  return null
}
