/** The quay and what lies on the water: boats, posts, lamps. */
import { hex, shiftColour } from '../kit/colour.ts'
import { createRandom } from '../kit/random.ts'
import type { Random } from '../kit/random.ts'
import { addBox, addQuad, addTriangle, addTube } from './mesh.ts'
import type { Mesh, Place, Vec3 } from './mesh.ts'
import type { Surface } from './surfaces.ts'

const iron: Surface = { pattern: 'plain', colour: [0.03, 0.035, 0.04] }
const mast: Surface = { pattern: 'wood', colour: hex('#a3835a') }
const rope: Surface = { pattern: 'plain', colour: hex('#5f564a') }
const white: Surface = { pattern: 'plain', colour: hex('#e6e2d6') }
const canvas: Surface = { pattern: 'wood', colour: hex('#d9cdb4') }

interface BoatPlan {
  readonly at: Vec3
  readonly turnRad: number
  readonly length: number
  readonly colour: string
  readonly second: string
  readonly mast: number
  readonly cabin: boolean
}

const fleet: readonly BoatPlan[] = [
  {
    at: [-13.5, 0, -4.5],
    turnRad: 0.12,
    length: 9.5,
    colour: '#2d5f86',
    second: '#8e2f25',
    mast: 8.6,
    cabin: true,
  },
  {
    at: [-1.2, 0, -7.6],
    turnRad: -0.22,
    length: 7.6,
    colour: '#e3ddcf',
    second: '#2e5142',
    mast: 10.2,
    cabin: false,
  },
  {
    at: [9.5, 0, -4],
    turnRad: 0.05,
    length: 10.5,
    colour: '#a8362b',
    second: '#27313d',
    mast: 9,
    cabin: true,
  },
  {
    at: [20.5, 0, -3.4],
    turnRad: 0,
    length: 8.5,
    colour: '#3f7a63',
    second: '#7c2f27',
    mast: 11.5,
    cabin: false,
  },
  {
    at: [31, 0, -3.6],
    turnRad: 0.03,
    length: 10,
    colour: '#e8e2d2',
    second: '#23445f',
    mast: 9.4,
    cabin: true,
  },
  {
    at: [45, 0, -3.6],
    turnRad: 0.03,
    length: 9,
    colour: '#345b8a',
    second: '#7c2f27',
    mast: 12,
    cabin: false,
  },
  {
    at: [-7.4, 0, -12.6],
    turnRad: -0.5,
    length: 4,
    colour: '#d9a63c',
    second: '#6b3a22',
    mast: 0,
    cabin: false,
  },
]

/** Half the hull's width at a share of the length from stern (0) to bow (1), and the height of its edge. */
const beamAt = (s: number, length: number): number =>
  length * 0.155 * Math.pow(Math.min(1, 2.1 * (1 - s)), 0.75) * (0.8 + 0.2 * Math.min(1, s * 4))
const edgeAt = (s: number, length: number): number => length * (0.085 + 0.075 * s * s + 0.015 * (1 - s) ** 4)

function addHull(mesh: Mesh, plan: BoatPlan, place: Place): void {
  const surface: Surface = {
    pattern: 'hull',
    colour: shiftColour(hex(plan.colour), 0.95, 0.85),
    second: hex(plan.second),
  }
  const planks: Surface = { pattern: 'wood', colour: hex('#8f7350') }
  const { length } = plan
  const [stations, ribs] = [18, 6]
  const at = (i: number, j: number, side: number): Vec3 => {
    const s = i / stations
    const angle = (j / ribs) * (Math.PI / 2)
    const rake = 0.06 * length * s * s * (1 - j / ribs)
    const y = edgeAt(s, length) - (edgeAt(s, length) + 0.6) * Math.sin(angle)
    return place([(s - 0.5) * length + rake, y, side * beamAt(s, length) * Math.pow(Math.cos(angle), 0.55)])
  }
  for (let i = 0; i < stations; i++) {
    for (const side of [-1, 1]) {
      for (let j = 0; j < ribs; j++) {
        addQuad(mesh, surface, at(i, j, side), at(i + 1, j, side), at(i + 1, j + 1, side), at(i, j + 1, side))
      }
      addTube(mesh, mast, at(i, 0, side), at(i + 1, 0, side), 0.055, 0.055, 5)
    }
    const drop = 0.28
    const lower = ([x, y, z]: Vec3): Vec3 => [x, y - drop, z]
    addQuad(
      mesh,
      planks,
      lower(at(i, 0, -1)),
      lower(at(i + 1, 0, -1)),
      lower(at(i + 1, 0, 1)),
      lower(at(i, 0, 1)),
    )
  }
  for (let j = 0; j < ribs; j++)
    addQuad(mesh, surface, at(0, j, -1), at(0, j, 1), at(0, j + 1, 1), at(0, j + 1, -1))
}

function addCabin(mesh: Mesh, plan: BoatPlan, place: Place): void {
  const { length } = plan
  const floor = edgeAt(0.4, length) - 0.3
  const [from, to, half, top] = [-0.26 * length, 0.02 * length, length * 0.105, floor + 2.1]
  addBox(mesh, white, { x: [from, to], y: [floor, top], z: [-half, half] }, place)
  addBox(
    mesh,
    { pattern: 'wood', colour: hex(plan.second) },
    { x: [from - 0.2, to + 0.3], y: [top, top + 0.14], z: [-half - 0.15, half + 0.15] },
    place,
  )
  const glass: Surface = { pattern: 'glass', colour: hex('#1a2026'), seed: 9 }
  for (const side of [-half - 0.02, half + 0.02]) {
    for (let k = 0; k < 3; k++) {
      const x = from + 0.25 + k * ((to - from - 0.3) / 3)
      addBox(
        mesh,
        glass,
        { x: [x, x + 0.62], y: [top - 0.95, top - 0.3], z: [side - 0.01, side + 0.01] },
        place,
      )
    }
  }
  const bow = half * 0.8
  addBox(mesh, glass, { x: [to, to + 0.03], y: [top - 0.95, top - 0.25], z: [-bow, bow] }, place)
  addTube(mesh, iron, place([from + 0.5, top, 0.3]), place([from + 0.4, top + 1, 0.3]), 0.12, 0.1)
  addBox(
    mesh,
    { pattern: 'wood', colour: hex('#c4883c') },
    { x: [0.12 * length, 0.2 * length], y: [floor, floor + 0.55], z: [-0.5, 0.4] },
    place,
  )
  for (const x of [0.06, 0.24, -0.32]) {
    const at = place([x * length, edgeAt(0.5 + x, length) - 0.1, -beamAt(0.5 + x, length) - 0.1])
    addTube(mesh, { pattern: 'plain', colour: hex('#d8643a') }, at, [at[0], at[1] - 0.6, at[2]], 0.16, 0.16)
  }
}

function addRigging(mesh: Mesh, plan: BoatPlan, place: Place): void {
  const { length } = plan
  const foot = plan.cabin ? 0.1 * length : 0.08 * length
  const deck = edgeAt(0.55, length) - 0.3
  const head = place([foot, plan.mast, 0])
  addTube(mesh, mast, place([foot, deck, 0]), head, 0.1, 0.05)
  const lines: readonly Vec3[] = [
    [length * 0.53, edgeAt(1, length), 0],
    [-length * 0.5, edgeAt(0, length), 0],
    [foot - 0.3, edgeAt(0.6, length), beamAt(0.6, length)],
    [foot - 0.3, edgeAt(0.6, length), -beamAt(0.6, length)],
    [foot + 0.5, edgeAt(0.6, length), -beamAt(0.6, length)],
  ]
  for (const end of lines) addTube(mesh, rope, head, place(end), 0.022, 0.022, 4)
  const boomY = deck + (plan.cabin ? 2.9 : 1.5)
  addTube(mesh, mast, place([foot, boomY, 0]), place([-length * 0.42, boomY + 0.3, 0]), 0.06, 0.05)
  if (!plan.cabin)
    addTube(
      mesh,
      canvas,
      place([foot - 0.2, boomY + 0.2, 0]),
      place([-length * 0.38, boomY + 0.42, 0]),
      0.2,
      0.12,
      8,
    )
  addTriangle(
    mesh,
    { pattern: 'plain', colour: hex('#c23b2c') },
    head,
    [head[0] + 0.9, head[1] - 0.15, head[2]],
    [head[0], head[1] - 0.4, head[2]],
  )
}

function addBoat(mesh: Mesh, plan: BoatPlan): void {
  const [c, s] = [Math.cos(plan.turnRad), Math.sin(plan.turnRad)]
  const place: Place = ([x, y, z]) => [plan.at[0] + c * x - s * z, plan.at[1] + y, plan.at[2] + s * x + c * z]
  addHull(mesh, plan, place)
  if (plan.cabin) addCabin(mesh, plan, place)
  if (plan.mast > 0) addRigging(mesh, plan, place)
  else {
    const bench: Surface = { pattern: 'wood', colour: hex('#a9814f') }
    for (const x of [-1, 0, 0.9])
      addBox(mesh, bench, { x: [x, x + 0.25], y: [0.22, 0.28], z: [-0.55, 0.55] }, place)
  }
}

/** A standing figure: legs, coat, head. */
function addPerson(mesh: Mesh, x: number, z: number, coat: string, trousers: string): void {
  const cloth: Surface = { pattern: 'plain', colour: hex(coat) }
  for (const leg of [-0.1, 0.1]) {
    addTube(
      mesh,
      { pattern: 'plain', colour: hex(trousers) },
      [x + leg, 1.2, z],
      [x + leg * 0.8, 2.05, z],
      0.09,
      0.11,
    )
  }
  addTube(mesh, cloth, [x, 1.95, z], [x, 2.35, z], 0.2, 0.25, 8)
  addTube(mesh, cloth, [x, 2.35, z], [x, 2.68, z], 0.25, 0.1, 8)
  for (const arm of [-1, 1])
    addTube(mesh, cloth, [x + arm * 0.24, 2.58, z], [x + arm * 0.31, 2, z - 0.05], 0.07, 0.06)
  addTube(mesh, { pattern: 'plain', colour: hex('#b98b6d') }, [x, 2.68, z], [x, 2.84, z], 0.09, 0.11, 8)
  addTube(mesh, { pattern: 'plain', colour: hex('#3c2c22') }, [x, 2.82, z], [x, 2.95, z], 0.12, 0.05, 8)
}

function addLamp(mesh: Mesh, x: number, z: number): void {
  addTube(mesh, iron, [x, 1.2, z], [x, 2, z], 0.12, 0.06, 8)
  addTube(mesh, iron, [x, 2, z], [x, 4.9, z], 0.05, 0.04, 6)
  addTube(mesh, { pattern: 'plain', colour: hex('#f0e6c8') }, [x, 4.9, z], [x, 5.35, z], 0.12, 0.2, 6)
  addTube(mesh, iron, [x, 5.35, z], [x, 5.6, z], 0.26, 0.03, 6)
}

function addMasonry(mesh: Mesh): void {
  const wall: Surface = { pattern: 'quay', colour: hex('#8d857a') }
  const paving: Surface = { pattern: 'cobbles', colour: hex('#8b8378') }
  const edge: Surface = { pattern: 'plaster', colour: hex('#a39a8c'), seed: 3 }
  addQuad(mesh, wall, [-80, -1, 0], [140, -1, 0], [140, 1.2, 0], [-80, 1.2, 0])
  addQuad(mesh, paving, [-80, 1.2, 0], [140, 1.2, 0], [140, 1.2, 19], [-80, 1.2, 19])
  addBox(mesh, edge, { x: [-80, 140], y: [1.02, 1.28], z: [-0.14, 0.5] })
}

function addPosts(mesh: Mesh): void {
  for (let x = -24; x < 80; x += 6.3) {
    addTube(mesh, iron, [x, 1.2, 0.9], [x, 1.75, 0.9], 0.2, 0.16, 8)
    addTube(mesh, iron, [x, 1.75, 0.9], [x, 1.88, 0.9], 0.26, 0.2, 8)
  }
  for (let x = -19; x < 90; x += 13) addLamp(mesh, x, 2.2)
  for (const x of [-20, -4.6, 2.4, 15, 26]) {
    addTube(mesh, { pattern: 'wood', colour: hex('#5d4a38') }, [x, -1, -1], [x, 2.6, -1.1], 0.16, 0.15, 8)
  }
}

function addCrate(mesh: Mesh, random: Random): void {
  const x = random.range(-22, 40)
  const z = random.range(1.2, 2.2)
  const size = random.range(0.4, 0.75)
  const colour = hex(random.pick(['#a98352', '#7f6a4c', '#3f6f8a', '#b8552f']))
  addBox(
    mesh,
    { pattern: 'wood', colour },
    { x: [x, x + size * 1.4], y: [1.2, 1.2 + size], z: [z, z + size] },
  )
}

/** Adds the quay, its furniture and the boats. */
export function addQuay(mesh: Mesh): void {
  const random = createRandom(5301)
  addMasonry(mesh)
  addPosts(mesh)
  const coats = ['#7a2f2a', '#2f4660', '#c7b28a', '#3d4a3a', '#a9662f', '#d8d2c4', '#55394d']
  const trousers = ['#23262d', '#3a3430', '#4a4f5c']
  for (let i = 0; i < 16; i++) {
    const x = -21 + i * 4.1 + random.range(-1.4, 1.4)
    addPerson(mesh, x, random.range(1.6, 6), random.pick(coats), random.pick(trousers))
  }
  for (let i = 0; i < 14; i++) addCrate(mesh, random)
  for (const boat of fleet) addBoat(mesh, boat)
}
