/** The houses along the quay, the roofs behind them, the church and the hill. */
import { hex } from '../kit/colour.ts'
import { createNoise } from '../kit/noise.ts'
import { createRandom } from '../kit/random.ts'
import type { Random } from '../kit/random.ts'
import { addHouse } from './house.ts'
import type { HousePlan } from './house.ts'
import { addBox, addQuad, addTriangle, addTube, normalize } from './mesh.ts'
import type { BoxSpan, Mesh, Vec3 } from './mesh.ts'
import type { Surface } from './surfaces.ts'

const stone: Surface = { pattern: 'plaster', colour: hex('#a89d8c'), seed: 40 }
const slate: Surface = { pattern: 'tiles', colour: hex('#4d5560') }
const copper: Surface = { pattern: 'plaster', colour: hex('#5f8f7c'), seed: 41 }

const front: readonly Omit<HousePlan, 'x' | 'z' | 'baseY' | 'seed'>[] = [
  {
    width: 7,
    eaves: 8.6,
    roof: 'side',
    wall: '#c9b391',
    tiles: '#7d4630',
    floors: 3,
    columns: 3,
    shutters: '#4f6b5c',
  },
  {
    width: 6.2,
    eaves: 9.4,
    roof: 'gable',
    wall: '#dba437',
    tiles: '#9c4b2c',
    floors: 3,
    columns: 2,
    shutters: '#f1ead9',
  },
  {
    width: 7.4,
    eaves: 8.2,
    roof: 'side',
    wall: '#a5493a',
    tiles: '#5a4a44',
    floors: 3,
    columns: 3,
    brick: true,
  },
  {
    width: 5.8,
    eaves: 10.4,
    roof: 'gable',
    wall: '#ebe5d6',
    tiles: '#a6522f',
    floors: 3,
    columns: 2,
    shutters: '#2f5d7c',
  },
  { width: 6.6, eaves: 9, roof: 'stepped', wall: '#5f86a3', tiles: '#6a4034', floors: 3, columns: 3 },
  {
    width: 7.8,
    eaves: 7.8,
    roof: 'side',
    wall: '#d88a6c',
    tiles: '#94492d',
    floors: 2,
    columns: 4,
    shutters: '#6d8a70',
  },
  { width: 5.9, eaves: 10.8, roof: 'gable', wall: '#e6c45f', tiles: '#8f452b', floors: 4, columns: 2 },
  {
    width: 6.8,
    eaves: 9.2,
    roof: 'stepped',
    wall: '#8d3b2f',
    tiles: '#57473f',
    floors: 3,
    columns: 3,
    brick: true,
  },
  {
    width: 7.2,
    eaves: 8.4,
    roof: 'side',
    wall: '#e8dfcb',
    tiles: '#a4532f',
    floors: 3,
    columns: 3,
    shutters: '#8a3b30',
  },
  { width: 6.2, eaves: 10, roof: 'gable', wall: '#6f9a86', tiles: '#84432c', floors: 3, columns: 2 },
  { width: 7.5, eaves: 8.8, roof: 'gable', wall: '#c65f43', tiles: '#5d4b44', floors: 3, columns: 3 },
  {
    width: 6.6,
    eaves: 9.6,
    roof: 'side',
    wall: '#dcc894',
    tiles: '#9a4c2e',
    floors: 3,
    columns: 3,
    shutters: '#40627a',
  },
]

function addFrontRow(mesh: Mesh, random: Random): void {
  let x = -25
  front.forEach((plan, index) => {
    addHouse(mesh, { ...plan, x, z: 8 + (index % 3) * 0.25, baseY: 1.2, seed: index + 1 }, random)
    x += plan.width + (index % 4 === 3 ? 0.9 : 0.04)
  })
}

function addBackRows(mesh: Mesh, random: Random): void {
  const walls = ['#d9c7a4', '#c98f6a', '#e4ddcd', '#b9694f', '#c9b07a', '#9fb0b3']
  const roofs = ['#9a4d2f', '#7b4433', '#a95a38', '#5d5350']
  for (let row = 0; row < 4; row++) {
    for (let x = -45 + random.range(0, 5); x < 110; x += random.range(7, 13)) {
      const plan: HousePlan = {
        width: random.range(6, 9),
        eaves: random.range(5, 8),
        roof: random.next() < 0.5 ? 'side' : 'gable',
        wall: random.pick(walls),
        tiles: random.pick(roofs),
        floors: 2,
        columns: 3,
        x: x + random.range(-1, 1),
        z: 24 + row * 13 + random.range(-2, 2),
        baseY: 4.2 + row * 4.1 + random.range(-0.5, 0.5),
        seed: random.below(1000) + 50,
      }
      addHouse(mesh, plan, random)
    }
  }
}

const church = { x: 34, z: 58, half: 3.3, top: 31 } as const

function addChurch(mesh: Mesh): void {
  const { x, z, half, top } = church
  const around = (reach: number, y: readonly [number, number]): BoxSpan => ({
    x: [x - reach, x + reach],
    y,
    z: [z - reach, z + reach],
  })
  addBox(mesh, stone, around(half, [3, top]))
  addBox(mesh, stone, around(half + 0.4, [top, top + 0.7]))
  addBox(mesh, stone, around(half + 0.25, [21, 21.4]))
  addTube(mesh, copper, [x, top + 0.7, z], [x, top + 5, z], half * 1.15, half * 0.62, 8)
  addTube(mesh, copper, [x, top + 5, z], [x, top + 19, z], half * 0.62, 0.06, 8)
  addTube(mesh, { pattern: 'plain', colour: hex('#d8b04a') }, [x, top + 19, z], [x, top + 21, z], 0.1, 0.06)
  addBelfry(mesh)
  const [left, right] = [x + half, x + 26]
  addBox(mesh, stone, { x: [left, right], y: [3, 15], z: [z - 4, z + 6] })
  const [low, ridge] = [z - 4.6, z + 1]
  addQuad(mesh, slate, [left, 15, low], [right, 15, low], [right, 22, ridge], [left, 22, ridge])
}

/** Louvres and the clock. */
function addBelfry(mesh: Mesh): void {
  const { x, z, half } = church
  const dark: Surface = { pattern: 'plain', colour: [0.02, 0.02, 0.025] }
  const y = [23.5, 28] as const
  for (const offset of [-1.2, 1.2]) {
    const [from, to] = [offset - 0.6, offset + 0.6]
    addBox(mesh, dark, { x: [x + from, x + to], y, z: [z - half - 0.05, z - half] })
    addBox(mesh, dark, { x: [x - half - 0.05, x - half], y, z: [z + from, z + to] })
  }
  const dial: Surface = { pattern: 'plain', colour: hex('#ece7da') }
  addTube(mesh, dial, [x, 18, z - half], [x, 18, z - half - 0.12], 1.5, 1.5, 24)
  addTube(mesh, dark, [x, 18, z - half - 0.2], [x + 0.1, 19.2, z - half - 0.2], 0.09, 0.05)
  addTube(mesh, dark, [x, 18, z - half - 0.2], [x + 0.8, 17.7, z - half - 0.2], 0.09, 0.06)
}

function hillHeight(noise: ReturnType<typeof createNoise>, x: number, z: number): number {
  const rise = Math.max(0, z - 18)
  return (
    1.2 +
    rise * 0.29 +
    3.5 * noise.fbm(x * 0.02, z * 0.02, 4) * Math.min(1, rise / 20) +
    Math.max(0, -x) * 0.03
  )
}

function addHill(mesh: Mesh): void {
  const noise = createNoise(5201)
  const grass: Surface = { pattern: 'hill', colour: hex('#4f5a2c') }
  const at = (i: number, j: number): Vec3 => {
    const x = -90 + i * 5
    const z = 18 + j * 5
    return [x, z > 150 ? 0 : hillHeight(noise, x, z), z]
  }
  for (let j = 0; j < 28; j++) {
    for (let i = 0; i < 64; i++) addQuad(mesh, grass, at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1))
  }
}

/** A crown of many small leaves around a few boughs. */
function addTree(mesh: Mesh, random: Random, root: Vec3, tall: number, leaf: string): void {
  const surface: Surface = { pattern: 'leaves', colour: hex(leaf) }
  addTube(
    mesh,
    { pattern: 'wood', colour: hex('#4a3a2c') },
    root,
    [root[0], root[1] + tall * 0.5, root[2]],
    0.2,
    0.12,
  )
  const clumps = Array.from({ length: 14 }, (): Vec3 => [
    root[0] + random.normal() * tall * 0.16,
    root[1] + tall * (0.62 + random.normal() * 0.15),
    root[2] + random.normal() * tall * 0.16,
  ])
  for (let i = 0; i < 900; i++) {
    const clump = random.pick(clumps)
    const out = normalize([random.normal(), random.normal(), random.normal()])
    const r = tall * 0.14 * Math.cbrt(random.next())
    const centre: Vec3 = [clump[0] + out[0] * r, clump[1] + out[1] * r, clump[2] + out[2] * r]
    const size = tall * 0.035
    const spread = (): Vec3 => [
      centre[0] + random.normal() * size,
      centre[1] + random.normal() * size,
      centre[2] + random.normal() * size,
    ]
    addTriangle(mesh, surface, spread(), spread(), spread())
  }
}

/** Builds everything that stands on land. */
export function addTown(mesh: Mesh): void {
  const random = createRandom(5202)
  addFrontRow(mesh, random)
  addBackRows(mesh, random)
  addChurch(mesh)
  addHill(mesh)
  const noise = createNoise(5201)
  for (let i = 0; i < 60; i++) {
    const z = random.range(34, 125)
    const x = random.range(-50, 30 + z)
    const leaf = random.pick(['#4b5a2a', '#5d6a2e', '#3d4f2b', '#77702f'])
    addTree(mesh, random, [x, hillHeight(noise, x, z) - 0.5, z], random.range(5, 10), leaf)
  }
  for (const x of [-27, 28, 43]) addTree(mesh, random, [x, 1.2, 5.6], 6.5, '#66752f')
}
