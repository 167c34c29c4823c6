/** Conifers on the slopes: each a small jagged cone, drawn from the farthest to the nearest against the depth of the ground. */
import { addColour, clamp, hex, mixColour, scaleColour } from '../kit/colour.ts'
import type { Colour } from '../kit/colour.ts'
import { createRandom } from '../kit/random.ts'
import { project } from './camera.ts'
import type { Camera } from './camera.ts'
import { sunShare, throughAir, woodsCover } from './ground.ts'
import type { View } from './scene.ts'
import type { Terrain } from './terrain.ts'

export interface Tree {
  readonly x: number
  readonly y: number
  readonly z: number
  readonly heightKm: number
  /** 0..1: where between the two greens, and how the whorls of branches fall. */
  readonly kind: number
  readonly sun: number
}

const needleDark = hex('#18241a')
const needleLight = hex('#3d4a28')
const autumn = hex('#8a6a2c')

/** Plants `count` candidates evenly over the visible ground and keeps those that land in woods. Farthest first. */
export function plantForest(terrain: Terrain, count: number): Tree[] {
  const random = createRandom(4401)
  const trees: Tree[] = []
  for (let i = 0; i < count; i++) {
    const z = Math.sqrt(random.next()) * 9
    const x = random.range(-0.56, 0.56) * z
    const kind = random.next()
    const chance = random.next()
    const size = random.range(0.016, 0.034)
    const y = terrain.heightAt(x, z)
    if (y < 0.004 || y > 0.85) continue
    const slopeX = (terrain.heightAt(x + 0.02, z) - y) / 0.02
    const slopeZ = (terrain.heightAt(x, z + 0.02) - y) / 0.02
    const flatness = 1 / Math.hypot(1, slopeX, slopeZ)
    if (chance > woodsCover(x, y, z, flatness) * 0.9 + (y < 0.03 ? 0.35 : 0.02)) continue
    trees.push({ x, y: y - 0.001, z, heightKm: size, kind, sun: sunShare(terrain, x, y + 0.012, z) })
  }
  return trees.sort((a, b) => b.z - a.z)
}

/** Share of a tree's outline at a place: across in [-1, 1] half heights, up in [0, 1]. */
function treeCoverage(across: number, up: number, kind: number): number {
  const whorl = (up * (6 + 3 * kind) + kind * 7) % 1
  const halfWidth = 0.26 * Math.pow(1 - up, 0.85) * (0.62 + 0.38 * (1 - whorl)) + 0.012
  return clamp((halfWidth - Math.abs(across)) * 24 + 0.5)
}

function treeLight(tree: Tree, across: number, up: number): Colour {
  const green = mixColour(needleDark, tree.kind > 0.93 ? autumn : needleLight, 0.2 + 0.8 * tree.kind)
  const side = clamp(0.35 + across * 2.6 + 0.35 * up)
  const direct = tree.sun * side * 1.9
  const sky = 0.22 + 0.3 * up
  return addColour(
    [green[0] * direct * 1.5, green[1] * direct * 0.85, green[2] * direct * 0.45],
    [green[0] * sky * 0.8, green[1] * sky, green[2] * sky * 1.5],
  )
}

/** Draws the trees into a view, in place. */
export function drawForest(view: View, camera: Camera, trees: readonly Tree[]): void {
  for (const tree of trees) {
    const { xPx, yPx, pxPerKm } = project(camera, tree.x, tree.y, tree.z)
    const tallPx = tree.heightKm * pxPerKm
    if (tallPx < 1.2) continue
    const up = camera.mirrored ? 1 : -1
    const fromRow = Math.floor(Math.min(yPx, yPx + up * tallPx))
    const toRow = Math.ceil(Math.max(yPx, yPx + up * tallPx))
    const reach = Math.ceil(tallPx * 0.3)
    const distance = Math.hypot(tree.x, tree.z)
    const ray = { x: tree.x / distance, y: 0, z: tree.z / distance }
    const fade = clamp((tallPx - 1.2) / 2)
    for (let row = Math.max(0, fromRow); row < Math.min(camera.heightPx, toRow); row++) {
      const height = ((row + 0.5 - yPx) * up) / tallPx
      if (height < 0 || height > 1) continue
      for (let column = Math.floor(xPx) - reach; column <= xPx + reach; column++) {
        if (column < 0 || column >= camera.widthPx) continue
        const index = row * camera.widthPx + column
        if (tree.z > view.depthKm.data[index]! + 0.05) continue
        const across = (column + 0.5 - xPx) / tallPx
        const cover = treeCoverage(across, height, tree.kind) * fade
        if (cover <= 0) continue
        const light = throughAir(treeLight(tree, across, height), ray, distance, tree.y)
        blend(view.light.data, index * 3, light, cover)
      }
    }
  }
}

function blend(data: Float32Array, at: number, colour: Colour, cover: number): void {
  const under = scaleColour([data[at]!, data[at + 1]!, data[at + 2]!], 1 - cover)
  data.set(addColour(under, scaleColour(colour, cover)), at)
}
