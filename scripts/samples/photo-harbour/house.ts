/** One town house: walls, windows, door, roof, chimney. Its front looks towards the water (-z). */
import { hex, shiftColour } from '../kit/colour.ts'
import type { Random } from '../kit/random.ts'
import { addBox, addQuad, addTriangle } from './mesh.ts'
import type { Mesh, Vec3 } from './mesh.ts'
import type { Surface } from './surfaces.ts'

export interface HousePlan {
  readonly x: number
  readonly z: number
  readonly baseY: number
  readonly width: number
  /** Height of the walls, metres. */
  readonly eaves: number
  readonly roof: 'gable' | 'side' | 'stepped'
  readonly wall: string
  readonly tiles: string
  readonly floors: number
  readonly columns: number
  readonly shutters?: string
  readonly brick?: boolean
  readonly seed: number
}

const frame: Surface = { pattern: 'plain', colour: hex('#e8e4da') }
const depth = 10

interface WindowSpan {
  readonly x: number
  readonly y: number
  readonly z: number
  readonly width: number
  readonly height: number
}

function glassFor(random: Random): Surface {
  const chance = random.next()
  const tone = chance < 0.16 ? hex('#7a6a54') : chance < 0.32 ? hex('#8d8b84') : hex('#1d2228')
  return { pattern: 'glass', colour: tone, seed: random.below(400) }
}

/** Glass, a frame that stands out of the wall, glazing bars and a sill. */
function addWindow(
  mesh: Mesh,
  random: Random,
  { x, y, z, width, height }: WindowSpan,
  shutters?: Surface,
): void {
  const [left, right, top] = [x - width / 2, x + width / 2, y + height]
  addQuad(
    mesh,
    glassFor(random),
    [left, y, z - 0.02],
    [right, y, z - 0.02],
    [right, top, z - 0.02],
    [left, top, z - 0.02],
  )
  const out: readonly [number, number] = [z - 0.12, z]
  const bar = 0.09
  addBox(mesh, frame, { x: [left - bar, left], y: [y - bar, top + bar], z: out })
  addBox(mesh, frame, { x: [right, right + bar], y: [y - bar, top + bar], z: out })
  addBox(mesh, frame, {
    x: [left - bar * 1.6, right + bar * 1.6],
    y: [top, top + bar * 1.3],
    z: [z - 0.17, z],
  })
  addBox(mesh, frame, { x: [left - bar * 2, right + bar * 2], y: [y - bar * 1.2, y], z: [z - 0.25, z] })
  addBox(mesh, frame, { x: [x - 0.03, x + 0.03], y: [y, top], z: [z - 0.07, z] })
  for (const share of [0.36, 0.68]) {
    addBox(mesh, frame, {
      x: [left, right],
      y: [y + height * share - 0.02, y + height * share + 0.02],
      z: [z - 0.06, z],
    })
  }
  if (!shutters) return
  for (const side of [left - bar - width * 0.46, right + bar]) {
    addBox(mesh, shutters, { x: [side, side + width * 0.46], y: [y - 0.05, top + 0.05], z: [z - 0.09, z] })
  }
}

function addGroundFloor(mesh: Mesh, random: Random, plan: HousePlan, floorHeight: number): void {
  const { x, z, width, baseY } = plan
  const painted: Surface = {
    pattern: 'wood',
    colour: hex(random.pick(['#2f4a3c', '#5a2d24', '#2c3f57', '#6b5130'])),
  }
  const doorX = x + width * (random.next() < 0.5 ? 0.2 : 0.8)
  addBox(mesh, painted, { x: [doorX - 0.55, doorX + 0.55], y: [baseY, baseY + 2.2], z: [z - 0.06, z] })
  addBox(mesh, frame, { x: [doorX - 0.72, doorX + 0.72], y: [baseY + 2.2, baseY + 2.42], z: [z - 0.16, z] })
  addBox(mesh, frame, { x: [doorX - 0.72, doorX - 0.55], y: [baseY, baseY + 2.2], z: [z - 0.12, z] })
  addBox(mesh, frame, { x: [doorX + 0.55, doorX + 0.72], y: [baseY, baseY + 2.2], z: [z - 0.12, z] })
  const shopLeft = doorX < x + width / 2 ? doorX + 1.1 : x + 0.6
  const shopRight = doorX < x + width / 2 ? x + width - 0.6 : doorX - 1.1
  const shopX = (shopLeft + shopRight) / 2
  const shop = { x: shopX, y: baseY + 0.8, z, width: shopRight - shopLeft, height: 1.6 }
  addWindow(mesh, random, shop)
  if (random.next() < 0.6) addAwning(mesh, random, plan, [shopLeft - 0.2, shopRight + 0.2], floorHeight)
}

/** Striped cloth over a shop window, with a hem that hangs down. */
function addAwning(
  mesh: Mesh,
  random: Random,
  { z, baseY }: HousePlan,
  [left, right]: readonly [number, number],
  floorHeight: number,
): void {
  const second = hex(random.pick(['#b23a2e', '#2f6178', '#3d6b4a', '#c98a2c']))
  const cloth: Surface = { pattern: 'stripes', colour: hex('#efe8d8'), second }
  const [top, low, out] = [baseY + floorHeight - 0.15, baseY + 2.1, z - 1.7]
  const wall = z - 0.02
  addQuad(mesh, cloth, [left, low, out], [right, low, out], [right, top, wall], [left, top, wall])
  const hem = low - 0.25
  addQuad(mesh, cloth, [left, hem, out], [right, hem, out], [right, low, out], [left, low, out])
}

/** Two slopes whose ridge runs away from the water, and the wall's triangle between them. */
function addGableRoof(mesh: Mesh, plan: HousePlan, wall: Surface, roof: Surface): void {
  const { x, z, width } = plan
  const low = plan.baseY + plan.eaves
  const high = low + width * 0.62
  const over = 0.35
  const middle = x + width / 2
  const fall = (over / (width / 2)) * (high - low)
  for (const [from, sign] of [
    [x - over, 1],
    [x + width + over, -1],
  ] as const) {
    addQuad(
      mesh,
      roof,
      [from, low - fall, z - over],
      [middle, high + 0.05, z - over],
      [middle, high + 0.05, z + depth],
      [from, low - fall, z + depth],
    )
    addQuad(
      mesh,
      frame,
      [from, low - fall - 0.22, z - over],
      [middle, high - 0.2, z - over],
      [middle, high + 0.06, z - over - 0.01],
      [from, low - fall, z - over - 0.01],
    )
    addQuad(
      mesh,
      wall,
      [from + sign * over, low, z],
      [from + sign * over, low, z + depth],
      [middle, high, z + depth],
      [middle, high, z],
    )
  }
  addTriangle(mesh, wall, [x, low, z], [x + width, low, z], [middle, high, z])
}

/** A gable in steps that hides the roof. */
function addSteppedRoof(mesh: Mesh, plan: HousePlan, wall: Surface, roof: Surface): void {
  addGableRoof(mesh, { ...plan, z: plan.z + 0.5 }, wall, roof)
  const steps = 6
  const low = plan.baseY + plan.eaves
  const high = low + plan.width * 0.62
  for (let i = 0; i < steps; i++) {
    const inset = (plan.width / 2 / steps) * (i + 0.15)
    const span: [number, number] = [plan.x + inset, plan.x + plan.width - inset]
    const top = low + ((high - low + 0.5) * (i + 1)) / steps
    addBox(mesh, wall, { x: span, y: [low - 0.01, top], z: [plan.z - 0.001 * i, plan.z + 0.45] })
    addBox(mesh, frame, {
      x: [span[0] - 0.07, span[1] + 0.07],
      y: [top, top + 0.11],
      z: [plan.z - 0.08, plan.z + 0.5],
    })
  }
}

/** A slope towards the water, with dormers. */
function addSideRoof(mesh: Mesh, random: Random, plan: HousePlan, wall: Surface, roof: Surface): void {
  const { x, z, width } = plan
  const low = plan.baseY + plan.eaves
  const high = low + 4.2
  const back = z + depth
  const ridge = z + depth / 2
  addQuad(
    mesh,
    roof,
    [x - 0.1, low - 0.25, z - 0.45],
    [x + width + 0.1, low - 0.25, z - 0.45],
    [x + width + 0.1, high, ridge],
    [x - 0.1, high, ridge],
  )
  addQuad(
    mesh,
    roof,
    [x - 0.1, low, back],
    [x + width + 0.1, low, back],
    [x + width + 0.1, high, ridge],
    [x - 0.1, high, ridge],
  )
  addBox(mesh, frame, { x: [x, x + width], y: [low - 0.5, low - 0.28], z: [z - 0.4, z] })
  for (const side of [x, x + width])
    addTriangle(mesh, wall, [side, low, z], [side, low, back], [side, high, ridge])
  const dormers = width > 7.5 ? 2 : 1
  for (let i = 0; i < dormers; i++) {
    addDormer(mesh, random, [x + (width * (i + 1)) / (dormers + 1), low + 0.85, z + 1], wall, roof)
  }
}

/** A window that stands out of a roof under a small gable. */
function addDormer(mesh: Mesh, random: Random, at: Vec3, wall: Surface, roof: Surface): void {
  const [middle, base, front] = at
  addBox(mesh, wall, { x: [middle - 0.8, middle + 0.8], y: [base, base + 1.6], z: [front, front + 3] })
  addWindow(mesh, random, { x: middle, y: base + 0.35, z: front, width: 0.9, height: 1.1 })
  const [low, high, near, far] = [base + 1.45, base + 2.45, front - 0.2, front + 4]
  for (const side of [middle - 1.05, middle + 1.05]) {
    addQuad(mesh, roof, [side, low, near], [middle, high, near], [middle, high, far], [side, low, far])
  }
  const eaves = base + 1.6
  addTriangle(
    mesh,
    wall,
    [middle - 0.8, eaves, front],
    [middle + 0.8, eaves, front],
    [middle, base + 2.4, front],
  )
}

function addChimney(mesh: Mesh, random: Random, plan: HousePlan): void {
  const pots: Surface = { pattern: 'plain', colour: hex('#a5573a') }
  const bricks: Surface = { pattern: 'brick', colour: hex('#8c4a38') }
  const x = plan.x + plan.width * random.range(0.2, 0.35)
  const z = plan.z + random.range(3, 6)
  const top = plan.baseY + plan.eaves + (plan.roof === 'side' ? 5.2 : plan.width * 0.62 + 0.6)
  addBox(mesh, bricks, { x: [x, x + 0.9], y: [plan.baseY + plan.eaves, top], z: [z, z + 0.7] })
  addBox(mesh, bricks, { x: [x - 0.08, x + 0.98], y: [top - 0.15, top], z: [z - 0.08, z + 0.78] })
  for (const at of [0.12, 0.52]) {
    addBox(mesh, pots, { x: [x + at, x + at + 0.25], y: [top, top + 0.45], z: [z + 0.2, z + 0.45] })
  }
}

/** Adds one house to the mesh. */
export function addHouse(mesh: Mesh, plan: HousePlan, random: Random): void {
  const { x, z, width, baseY, eaves } = plan
  const colour = hex(plan.wall)
  const wall: Surface = {
    pattern: plan.brick ? 'brick' : 'plaster',
    colour: shiftColour(colour, 0.95, 0.74),
    seed: plan.seed,
  }
  const roof: Surface = { pattern: 'tiles', colour: shiftColour(hex(plan.tiles), 0.95, 0.75) }
  const shutters: Surface | undefined = plan.shutters
    ? { pattern: 'wood', colour: hex(plan.shutters) }
    : undefined
  addBox(mesh, wall, { x: [x, x + width], y: [baseY - 4, baseY + eaves], z: [z, z + depth] })
  const floorHeight = eaves / plan.floors
  addGroundFloor(mesh, random, plan, floorHeight)
  for (let floor = 1; floor < plan.floors; floor++) {
    for (let column = 0; column < plan.columns; column++) {
      const middle = x + (width * (column + 0.5)) / plan.columns
      const size = { width: Math.min(1.15, (width / plan.columns) * 0.42), height: floorHeight * 0.56 }
      addWindow(mesh, random, { x: middle, y: baseY + floor * floorHeight + 0.5, z, ...size }, shutters)
    }
    addBox(mesh, frame, {
      x: [x, x + width],
      y: [baseY + floor * floorHeight - 0.12, baseY + floor * floorHeight],
      z: [z - 0.08, z],
    })
  }
  if (plan.roof === 'side') addSideRoof(mesh, random, plan, wall, roof)
  else {
    if (plan.roof === 'gable') addGableRoof(mesh, plan, wall, roof)
    else addSteppedRoof(mesh, plan, wall, roof)
    const attic = { x: x + width / 2, y: baseY + eaves + 0.5, z, width: 0.95, height: 1.4 }
    addWindow(mesh, random, attic, shutters)
  }
  addChimney(mesh, random, plan)
}
