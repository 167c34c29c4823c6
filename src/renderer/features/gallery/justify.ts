export interface Shape {
  readonly id: string
  readonly widthPx: number
  readonly heightPx: number
}

export interface Row<S extends Shape = Shape> {
  readonly heightPx: number
  readonly tiles: readonly { readonly shape: S; readonly widthPx: number }[]
}

export interface Room {
  readonly widthPx: number
  readonly targetHeightPx: number
  readonly gapPx: number
}

/** A very long or very high picture is cropped rather than given a row, or a sliver of one. */
const narrowest = 0.55
const widest = 2.4
/** No row is higher than this much of the target, so that few pictures do not become posters. */
const tallest = 1.35

/** Rows of pictures of one height each, as wide as the room; the last one is as high as that before it. */
export function justify<S extends Shape>(shapes: readonly S[], room: Room): Row<S>[] {
  if (room.widthPx <= 0) return []
  const rows: Row<S>[] = []
  let begun: S[] = []
  for (const shape of shapes) {
    begun.push(shape)
    if (heightOf(begun, room) > room.targetHeightPx) continue
    rows.push(rowOf(begun, heightOf(begun, room)))
    begun = []
  }
  const before = rows.at(-1)?.heightPx ?? room.targetHeightPx
  if (begun.length > 0) rows.push(rowOf(begun, Math.min(heightOf(begun, room), room.targetHeightPx, before)))
  return rows.map((row) => limited(row, room))
}

function aspectOf({ widthPx, heightPx }: Shape): number {
  return Math.min(widest, Math.max(narrowest, widthPx / heightPx))
}

/** At which these fill the room. */
function heightOf(shapes: readonly Shape[], { widthPx, gapPx }: Room): number {
  const aspects = shapes.reduce((sum, shape) => sum + aspectOf(shape), 0)
  return (widthPx - gapPx * (shapes.length - 1)) / aspects
}

function rowOf<S extends Shape>(shapes: readonly S[], heightPx: number): Row<S> {
  return { heightPx, tiles: shapes.map((shape) => ({ shape, widthPx: heightPx * aspectOf(shape) })) }
}

function limited<S extends Shape>(row: Row<S>, { targetHeightPx }: Room): Row<S> {
  const most = tallest * targetHeightPx
  return row.heightPx <= most
    ? row
    : rowOf(
        row.tiles.map(({ shape }) => shape),
        most,
      )
}

/** The picture of the next row, or of the one before, that lies nearest; the same one at either end. */
export function inNextRow(rows: readonly Row[], id: string, direction: 1 | -1): string {
  const place = rows.findIndex(({ tiles }) => tiles.some(({ shape }) => shape.id === id))
  const from = rows[place]
  const to = rows[place + direction]
  if (from === undefined || to === undefined) return id
  const middle = middleOf(from, id)
  const nearest = to.tiles.reduce((best, tile) =>
    Math.abs(middleOf(to, tile.shape.id) - middle) < Math.abs(middleOf(to, best.shape.id) - middle)
      ? tile
      : best,
  )
  return nearest.shape.id
}

/** From the left end of the row, without the gaps. */
function middleOf({ tiles }: Row, id: string): number {
  let left = 0
  for (const { shape, widthPx } of tiles) {
    if (shape.id === id) return left + widthPx / 2
    left += widthPx
  }
  return left
}
