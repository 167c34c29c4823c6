/** Gradient noise (Perlin, "Improving Noise", 2002) and what is usually built of it. Values lie in about [-1, 1]. */
import { mix } from './colour.ts'
import { createRandom } from './random.ts'

export interface Noise {
  at(x: number, y: number): number
  at3(x: number, y: number, z: number): number
  /** Fractal sum: each octave doubles the frequency and multiplies the amplitude by `gain`. */
  fbm(x: number, y: number, octaves: number, gain?: number): number
  /** Ridged fractal sum (Musgrave): sharp crests, in [0, 1]. */
  ridged(x: number, y: number, octaves: number, gain?: number): number
  /** Distances to the nearest and second nearest feature point, and that point's own random number (Worley 1996). */
  cell(x: number, y: number): { near: number; second: number; id: number }
}

const fade = (t: number): number => t * t * t * (t * (t * 6 - 15) + 10)

function shuffledTable(seed: number): Uint8Array {
  const random = createRandom(seed)
  const table = Uint8Array.from({ length: 512 }, (_, index) => index & 255)
  for (let i = 255; i > 0; i--) {
    const j = random.below(i + 1)
    const kept = table[i]!
    table[i] = table[j]!
    table[j] = kept
  }
  table.copyWithin(256, 0, 256)
  return table
}

function gradient2(hash: number, x: number, y: number): number {
  switch (hash & 7) {
    case 0:
      return x + 0.41 * y
    case 1:
      return 0.41 * x + y
    case 2:
      return -0.41 * x + y
    case 3:
      return -x + 0.41 * y
    case 4:
      return -x - 0.41 * y
    case 5:
      return -0.41 * x - y
    case 6:
      return 0.41 * x - y
    default:
      return x - 0.41 * y
  }
}

function gradient3(hash: number, x: number, y: number, z: number): number {
  const h = hash & 15
  const u = h < 8 ? x : y
  const v = h < 4 ? y : h === 12 || h === 14 ? x : z
  return ((h & 1) === 0 ? u : -u) + ((h & 2) === 0 ? v : -v)
}

function perlin2(table: Uint8Array, x: number, y: number): number {
  const xi = Math.floor(x)
  const yi = Math.floor(y)
  const xf = x - xi
  const yf = y - yi
  const u = fade(xf)
  const v = fade(yf)
  const a = table[xi & 255]! + (yi & 255)
  const b = table[(xi + 1) & 255]! + (yi & 255)
  const n00 = gradient2(table[a]!, xf, yf)
  const n10 = gradient2(table[b]!, xf - 1, yf)
  const n01 = gradient2(table[(a + 1) & 511]!, xf, yf - 1)
  const n11 = gradient2(table[(b + 1) & 511]!, xf - 1, yf - 1)
  const top = n00 + u * (n10 - n00)
  return (top + v * (n01 + u * (n11 - n01) - top)) * 1.25
}

function corner3(table: Uint8Array, base: number, z: number, xf: number, yf: number, zf: number): number {
  return gradient3(table[table[base & 511]! + (z & 255)]!, xf, yf, zf)
}

/** One of the two layers of lattice points around a place in space. */
function layer3(table: Uint8Array, x: number, y: number, z: number, zf: number): number {
  const xi = Math.floor(x)
  const yi = Math.floor(y)
  const xf = x - xi
  const yf = y - yi
  const u = fade(xf)
  const a = table[xi & 255]! + (yi & 255)
  const b = table[(xi + 1) & 255]! + (yi & 255)
  const low = mix(corner3(table, a, z, xf, yf, zf), corner3(table, b, z, xf - 1, yf, zf), u)
  const high = mix(corner3(table, a + 1, z, xf, yf - 1, zf), corner3(table, b + 1, z, xf - 1, yf - 1, zf), u)
  return mix(low, high, fade(yf))
}

function perlin3(table: Uint8Array, x: number, y: number, z: number): number {
  const zi = Math.floor(z)
  const zf = z - zi
  return mix(layer3(table, x, y, zi, zf), layer3(table, x, y, zi + 1, zf - 1), fade(zf))
}

function worley(table: Uint8Array, x: number, y: number): { near: number; second: number; id: number } {
  const xi = Math.floor(x)
  const yi = Math.floor(y)
  let near = 9
  let second = 9
  let id = 0
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const hash = table[table[(xi + dx) & 255]! + ((yi + dy) & 255)]!
      const px = xi + dx + table[hash + 61]! / 256 - x
      const py = yi + dy + table[hash + 151]! / 256 - y
      const distance = px * px + py * py
      if (distance < near) {
        second = near
        near = distance
        id = table[hash + 17]! / 256
      } else if (distance < second) second = distance
    }
  }
  return { near: Math.sqrt(near), second: Math.sqrt(second), id }
}

/** @param seed - equal seeds give equal noise. */
export function createNoise(seed: number): Noise {
  const table = shuffledTable(seed)
  return {
    at: (x, y) => perlin2(table, x, y),
    at3: (x, y, z) => perlin3(table, x, y, z),
    cell: (x, y) => worley(table, x, y),
    fbm: (x, y, octaves, gain = 0.5) => {
      let sum = 0
      let amplitude = 1
      for (let i = 0; i < octaves; i++) {
        sum += amplitude * perlin2(table, x, y)
        amplitude *= gain
        // Irrational offsets and a lacunarity beside 2 keep the lattices of the octaves apart.
        x = x * 2.03 + 17.17
        y = y * 2.03 - 9.31
      }
      return sum
    },
    ridged: (x, y, octaves, gain = 0.5) => {
      let sum = 0
      let total = 0
      let amplitude = 1
      let weight = 1
      for (let i = 0; i < octaves; i++) {
        const crest = 1 - Math.abs(perlin2(table, x, y))
        const signal = crest * crest * weight
        sum += amplitude * signal
        total += amplitude
        weight = Math.min(1, signal * 1.8)
        amplitude *= gain
        x = x * 2.07 + 5.3
        y = y * 2.07 + 11.9
      }
      return sum / total
    },
  }
}
