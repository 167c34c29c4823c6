import { describe, expect, it } from 'vitest'
import { inNextRow, justify, type Row, type Shape } from './justify.ts'

const room = { widthPx: 1000, targetHeightPx: 200, gapPx: 10 }
const shapes = (count: number, widthPx = 300, heightPx = 200): Shape[] =>
  Array.from({ length: count }, (_, i) => ({ id: String(i), widthPx, heightPx }))
const widthOf = ({ tiles }: Row): number =>
  tiles.reduce((sum, { widthPx }) => sum + widthPx, 0) + room.gapPx * (tiles.length - 1)

describe('rows of pictures', () => {
  it('fill the room to the pixel, but for the last', () => {
    const rows = justify(shapes(11), room)
    for (const row of rows.slice(0, -1)) expect(widthOf(row)).toBeCloseTo(room.widthPx)
    expect(widthOf(rows.at(-1)!)).toBeLessThanOrEqual(room.widthPx + 1e-6)
  })

  it('end with one that is no higher than the one before', () => {
    const rows = justify(shapes(5), room)
    expect(rows[1]!.heightPx).toBe(rows[0]!.heightPx)
  })

  it('keep every picture, in order', () => {
    const ids = justify(shapes(23), room).flatMap(({ tiles }) => tiles.map(({ shape }) => shape.id))
    expect(ids).toEqual(shapes(23).map(({ id }) => id))
  })

  it('do not blow up a few pictures', () => {
    expect(justify(shapes(1), room)[0]!.heightPx).toBeLessThanOrEqual(200)
    expect(justify(shapes(2, 100, 1000), room)[0]!.heightPx).toBeLessThanOrEqual(200)
  })

  it('crop a panorama rather than give it a thin row', () => {
    const [row] = justify([{ id: 'wide', widthPx: 10_000, heightPx: 500 }], room)
    expect(row!.tiles[0]!.widthPx / row!.heightPx).toBeLessThan(3)
  })

  it('are none where there is no room yet', () => {
    expect(justify(shapes(3), { ...room, widthPx: 0 })).toEqual([])
  })
})

describe('up and down in the rows', () => {
  const rows = justify(shapes(6), room)

  it('goes to the picture that lies nearest', () => {
    expect(rows[0]!.tiles).toHaveLength(4)
    expect(inNextRow(rows, '0', 1)).toBe('4')
    expect(inNextRow(rows, '3', 1)).toBe('5')
    expect(inNextRow(rows, '5', -1)).toBe('1')
  })

  it('stays at either end', () => {
    expect(inNextRow(rows, '2', -1)).toBe('2')
    expect(inNextRow(rows, '5', 1)).toBe('5')
  })
})
