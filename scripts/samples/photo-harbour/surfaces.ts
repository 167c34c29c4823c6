/** What the harbour is made of: colour, roughness of the surface and shine at a point in the world (metres). */
import { clamp, hex, mix, smoothstep } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'

export interface Surface {
  readonly pattern:
    | 'plain'
    | 'plaster'
    | 'brick'
    | 'tiles'
    | 'cobbles'
    | 'quay'
    | 'glass'
    | 'wood'
    | 'hull'
    | 'leaves'
    | 'stripes'
    | 'hill'
  readonly colour: Colour
  readonly second?: Colour
  readonly seed?: number
}

/** A point's look; the normal comes in smooth and leaves with the surface's relief. */
export interface Look {
  red: number
  green: number
  blue: number
  nx: number
  ny: number
  nz: number
  /** Share of a mirror's reflection when looked at straight on; 0 is matt. */
  shine: number
  /** Light the point gives off itself. */
  glow: number
}

const noise = createNoise(5101)
const mortar = hex('#b3a594')
const algae = hex('#2c3a22')

function setColour(look: Look, colour: Colour, factor: number): void {
  look.red = clamp(colour[0] * factor)
  look.green = clamp(colour[1] * factor)
  look.blue = clamp(colour[2] * factor)
}

function blendColour(look: Look, colour: Colour, share: number): void {
  look.red = mix(look.red, colour[0], share)
  look.green = mix(look.green, colour[1], share)
  look.blue = mix(look.blue, colour[2], share)
}

/** Weathered render: patches, streaks under the eaves, splashes near the ground. */
function plaster(look: Look, surface: Surface, x: number, y: number, z: number): void {
  const seed = (surface.seed ?? 0) * 13.7
  const u = x + z
  const patches = noise.fbm(u * 0.5 + seed, y * 0.5, 4)
  const streaks = noise.fbm(u * 2.6 + seed, y * 0.22, 4, 0.6)
  const fine = noise.fbm(u * 9, y * 9 + seed, 3, 0.7)
  setColour(look, surface.colour, 1 + 0.2 * patches + 0.2 * streaks + 0.12 * fine)
  blendColour(look, hex('#5b4f42'), 0.45 * (1 - smoothstep(1.1, 2.6 + patches, y)))
  blendColour(look, hex('#4c463f'), 0.25 * smoothstep(0.25, 0.75, streaks))
  look.nx += 0.05 * fine
  look.ny += 0.05 * noise.at(u * 11 + 5, y * 11)
}

/** Blocks in offset rows with joints; returns the block's own random number. */
function masonry(look: Look, u: number, v: number, length: number, height: number, joint: number): number {
  const row = Math.floor(v / height)
  const shifted = u / length + (row & 1) * 0.5
  const column = Math.floor(shifted)
  const inU = (shifted - column) * length
  const inV = v - row * height
  const edge = Math.min(inU, length - inU, inV, height - inV)
  const block = noise.cell(column * 3.3 + 0.5, row * 2.7 + 0.5).id
  const depth = 1 - smoothstep(joint * 0.4, joint * 1.3, edge)
  blendColour(look, mortar, 0.6 * depth)
  look.ny += depth * (inV < height / 2 ? -0.25 : 0.25)
  return block
}

function brick(look: Look, surface: Surface, x: number, y: number, z: number): void {
  const u = x + z
  setColour(look, surface.colour, 1 + 0.18 * noise.fbm(u * 0.7, y * 0.7, 4))
  const block = masonry(look, u, y, 0.3, 0.1, 0.014)
  setColour(look, [look.red, look.green, look.blue], 0.75 + 0.5 * block)
}

function quay(look: Look, surface: Surface, x: number, y: number, z: number): void {
  const stain = noise.fbm(x * 0.8, y * 2.5 + z, 5, 0.6)
  setColour(look, surface.colour, 0.9 + 0.5 * stain)
  const block = masonry(look, x + z, y, 1.3, 0.48, 0.035)
  setColour(look, [look.red, look.green, look.blue], 0.7 + 0.5 * block)
  const wet = 1 - smoothstep(0.25, 0.75, y + 0.3 * stain)
  blendColour(look, algae, 0.85 * wet)
  look.nx += 0.12 * noise.fbm(x * 6, y * 6, 3)
}

/** Curved clay tiles in rows down the slope. */
function tiles(look: Look, surface: Surface, x: number, y: number, z: number): void {
  const ridgeAlongZ = Math.abs(look.nx) > Math.abs(look.nz)
  const u = (ridgeAlongZ ? z : x) / 0.27
  const v = (y * 1.35) / 0.34
  const column = Math.floor(u)
  const row = Math.floor(v)
  const across = u - column - 0.5
  const down = v - row
  const own = noise.cell(column * 1.7 + 0.5, row * 2.3 + 0.5).id
  const moss = smoothstep(0.1, 0.6, noise.fbm(x * 0.5 + z * 0.3, y * 0.7 + z * 0.4, 4))
  const shade = (0.62 + 0.38 * smoothstep(0, 0.3, down)) * (1 - 1.5 * across * across)
  setColour(look, surface.colour, (0.72 + 0.5 * own) * shade * (1 + 0.25 * noise.fbm(x, y + z, 3)))
  blendColour(look, hex('#4a4a35'), 0.4 * moss)
  if (ridgeAlongZ) look.nz += across * 0.9
  else look.nx += across * 0.9
}

function cobbles(look: Look, surface: Surface, x: number, z: number): void {
  const cell = noise.cell(x * 5, z * 5)
  const joint = 1 - smoothstep(0.02, 0.2, cell.second - cell.near)
  const wear = noise.fbm(x * 0.35, z * 0.5, 4)
  setColour(look, surface.colour, (0.7 + 0.45 * cell.id) * (1 - 0.55 * joint) * (1 + 0.3 * wear))
}

function glass(look: Look, surface: Surface, x: number, y: number): void {
  const seed = surface.seed ?? 0
  const inside = 0.5 + 0.5 * noise.fbm(x * 1.3 + seed, y * 1.3, 3)
  setColour(look, surface.colour, 0.35 + 0.7 * inside)
  look.shine = 0.12
  look.nx += 0.012 * noise.at(x * 1.6 + seed * 3, y * 1.6)
  look.ny += 0.02 * noise.at(x * 1.6, y * 1.6 + seed * 5)
}

function hull(look: Look, surface: Surface, x: number, y: number, z: number): void {
  const wear = noise.fbm(x * 1.2 + z, y * 3, 4)
  setColour(look, surface.colour, 1 + 0.12 * wear)
  if (y < 0.14 + 0.02 * wear) setColour(look, surface.second ?? surface.colour, 0.9 + 0.4 * wear)
  else if (y > 0.16 && y < 0.21) setColour(look, hex('#e9e6dc'), 1)
  blendColour(look, hex('#6d4a30'), 0.5 * smoothstep(0.28, 0.7, noise.fbm(x * 2.2, y * 0.8 + z, 4)))
  look.shine = 0.03
}

function wood(look: Look, surface: Surface, x: number, y: number, z: number): void {
  const grain = noise.fbm(x * 3 + z * 3, y * 22, 3) + 0.6 * noise.at((x + z) * 0.9, y * 0.9)
  setColour(look, surface.colour, 1 + 0.3 * grain)
}

/** Fills in the look of `surface` at a point; `look` comes with the geometric normal. */
export function lookAt(surface: Surface, x: number, y: number, z: number, look: Look): void {
  look.shine = 0
  look.glow = 0
  setColour(look, surface.colour, 1)
  if (surface.pattern === 'plaster') plaster(look, surface, x, y, z)
  else if (surface.pattern === 'brick') brick(look, surface, x, y, z)
  else if (surface.pattern === 'quay') quay(look, surface, x, y, z)
  else if (surface.pattern === 'tiles') tiles(look, surface, x, y, z)
  else if (surface.pattern === 'cobbles') cobbles(look, surface, x, z)
  else if (surface.pattern === 'glass') glass(look, surface, x, y)
  else if (surface.pattern === 'hull') hull(look, surface, x, y, z)
  else if (surface.pattern === 'wood') wood(look, surface, x, y, z)
  else if (surface.pattern === 'stripes') {
    if (Math.floor((x + 100) / 0.32) % 2 === 0) setColour(look, surface.second ?? surface.colour, 1)
  } else if (surface.pattern === 'hill') {
    setColour(look, surface.colour, 1 + 0.7 * noise.fbm(x * 0.12, z * 0.12 + y * 0.1, 5, 0.65))
    look.nx += 0.5 * noise.fbm(x * 0.35, z * 0.35, 3)
  } else if (surface.pattern === 'leaves')
    setColour(look, surface.colour, 0.8 + 0.5 * noise.at(x * 2, y * 2 + z))
}
