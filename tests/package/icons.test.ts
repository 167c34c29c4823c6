import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { root } from '../../scripts/package/root.ts'

const icon = (name: string): Buffer => readFileSync(join(root, 'build', name))

async function sideOf(png: Buffer): Promise<number> {
  const { width, height, format } = await sharp(png).metadata()
  expect(format).toBe('png')
  expect(width).toBe(height)
  return width
}

describe('icons', () => {
  it('of Windows hold a picture of each side, as their directory says', async () => {
    const ico = icon('icon.ico')
    const sides: number[] = []
    for (let index = 0; index < ico.readUInt16LE(4); index += 1) {
      const at = 6 + 16 * index
      const png = ico.subarray(ico.readUInt32LE(at + 12)).subarray(0, ico.readUInt32LE(at + 8))
      expect(await sideOf(png)).toBe(ico.readUInt8(at) || 256)
      sides.push(ico.readUInt8(at) || 256)
    }
    expect(sides).toEqual([16, 24, 32, 48, 64, 128, 256])
  })

  it('of macOS are blocks up to the length that is written in front', async () => {
    const icns = icon('icon.icns')
    expect(icns.toString('latin1', 0, 4)).toBe('icns')
    expect(icns.readUInt32BE(4)).toBe(icns.length)
    const found: Record<string, number> = {}
    for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
      const png = icns.subarray(at + 8, at + icns.readUInt32BE(at + 4))
      found[icns.toString('latin1', at, at + 4)] = await sideOf(png)
    }
    expect(found).toEqual({
      ic11: 32,
      ic12: 64,
      ic07: 128,
      ic08: 256,
      ic13: 256,
      ic09: 512,
      ic14: 512,
      ic10: 1024,
    })
  })

  it.each([16, 32, 48, 64, 128, 256, 512])('of Linux are there with %i px', async (sidePx) => {
    expect(await sideOf(icon(`icons/${sidePx}x${sidePx}.png`))).toBe(sidePx)
  })
})
