/** Pieces of glass with a shape of their own: petals, leaves, feathers. Coordinates in picture heights. */
import { createRandom } from '../kit/random.ts'

/** A leaf between two points, `width` across at its widest, bent sideways by `bend` (a share of its length). */
export interface Leaf {
  readonly ax: number
  readonly ay: number
  readonly bx: number
  readonly by: number
  readonly width: number
  readonly bend: number
  /** Where it is widest: 0.5 in the middle, less nearer to the start. */
  readonly belly: number
  readonly colour: string
}

/** Whether a place lies on a leaf. */
export function onLeaf(leaf: Leaf, x: number, y: number): boolean {
  const dx = leaf.bx - leaf.ax
  const dy = leaf.by - leaf.ay
  const length = Math.sqrt(dx * dx + dy * dy)
  const reach = length / 2 + leaf.width + Math.abs(leaf.bend) * length
  if (Math.abs(x - leaf.ax - dx / 2) > reach || Math.abs(y - leaf.ay - dy / 2) > reach) return false
  const along = ((x - leaf.ax) * dx + (y - leaf.ay) * dy) / (length * length)
  if (along <= 0 || along >= 1) return false
  const across = ((y - leaf.ay) * dx - (x - leaf.ax) * dy) / length
  const middle = leaf.bend * length * 4 * along * (1 - along)
  const t = Math.pow(along, Math.log(0.5) / Math.log(leaf.belly))
  return Math.abs(across - middle) < (leaf.width / 2) * Math.pow(Math.sin(Math.PI * t), 0.75)
}

const polar = (x: number, y: number, angle: number, r: number): [number, number] => [
  x + Math.cos(angle) * r,
  y + Math.sin(angle) * r,
]

function leafAt(
  x: number,
  y: number,
  angle: number,
  length: number,
  rest: Pick<Leaf, 'width' | 'bend' | 'belly' | 'colour'>,
): Leaf {
  const [bx, by] = polar(x, y, angle, length)
  return { ax: x, ay: y, bx, by, ...rest }
}

/** An open blossom: an outer and an inner crown of petals. */
function blossom(x: number, y: number, size: number, colours: readonly string[], turn: number): Leaf[] {
  const leaves: Leaf[] = []
  for (const [count, length, width, shade, offset] of [
    [7, 1, 0.66, 0, 0],
    [7, 0.62, 0.36, 1, 0.45],
  ] as const) {
    for (let k = 0; k < count; k++) {
      const angle = turn + offset + (k / count) * 2 * Math.PI
      // Seen from a little below: the crown is flattened.
      const [bx, by] = [x + Math.cos(angle) * size * length, y + Math.sin(angle) * size * length * 0.78]
      const colour = colours[(shade * 2 + (k % 2)) % colours.length]!
      leaves.push({ ax: x, ay: y, bx, by, width: size * width, bend: 0, belly: 0.62, colour })
    }
  }
  return leaves
}

function stem(x: number, y: number, toX: number, toY: number, bend: number): Leaf {
  return { ax: x, ay: y, bx: toX, by: toY, width: 0.014, bend, belly: 0.5, colour: '#2f7d3a' }
}

/** A bird in flight; `side` is 1 when it flies to the right. */
function bird(x: number, y: number, size: number, side: 1 | -1): Leaf[] {
  const leaves: Leaf[] = []
  const add = (
    fromX: number,
    fromY: number,
    toX: number,
    toY: number,
    width: number,
    bend: number,
    colour: string,
  ): void => {
    leaves.push({
      ax: x + side * fromX * size,
      ay: y + fromY * size,
      bx: x + side * toX * size,
      by: y + toY * size,
      width: width * size,
      bend: bend * side,
      belly: 0.45,
      colour,
    })
  }
  add(0.12, 0, 0.34, -0.86, 0.36, 0.1, '#8fb8ea')
  add(0.1, 0, 0.02, -0.98, 0.4, 0.04, '#b4d2f4')
  add(-0.3, 0.1, -0.98, 0.42, 0.3, 0, '#9fc6ee')
  add(-0.3, 0.08, -1.08, 0.14, 0.3, 0, '#d4e6fb')
  add(-0.6, 0.12, 0.5, -0.1, 0.44, 0.08, '#f4f8ff')
  add(0.3, -0.04, 0.8, -0.16, 0.28, 0, '#ffffff')
  add(0.74, -0.15, 0.96, -0.12, 0.1, 0, '#f0a030')
  add(0.2, 0.04, -1, -0.42, 0.42, -0.1, '#a9cdf5')
  add(0.2, 0.02, -0.78, -0.78, 0.42, -0.08, '#d2e4fb')
  add(0.22, 0, -0.4, -1.06, 0.42, -0.06, '#fbfdff')
  return leaves
}

/** All shaped pieces, the lowest first. */
export function shapedPieces(): Leaf[] {
  const random = createRandom(7103)
  const pieces: Leaf[] = []
  const plants = [
    { x: 0.165, y: 0.735, size: 0.088, root: 0.2, colours: ['#c8203a', '#e2405a', '#f7b23a', '#ffd76a'] },
    { x: 0.645, y: 0.76, size: 0.082, root: 0.61, colours: ['#7a2fa0', '#9b4cc4', '#f2c64a', '#ffe28a'] },
    { x: 0.275, y: 0.865, size: 0.07, root: 0.27, colours: ['#e86a1f', '#f68f34', '#8f1f2f', '#b5303c'] },
    { x: 0.565, y: 0.885, size: 0.062, root: 0.55, colours: ['#e04a86', '#f27ba8', '#fff0c0', '#ffd76a'] },
    { x: 0.11, y: 0.885, size: 0.06, root: 0.14, colours: ['#3f6fd8', '#6a95ee', '#fff3c4', '#ffe08a'] },
    { x: 0.695, y: 0.9, size: 0.056, root: 0.67, colours: ['#d82a2a', '#f0543a', '#f9c846', '#ffe08a'] },
  ]
  for (const plant of plants) {
    pieces.push(stem(plant.root, 0.99, plant.x, plant.y, random.range(-0.12, 0.12)))
    for (const sign of [-1, 1]) {
      const angle = -Math.PI / 2 + sign * random.range(0.35, 0.8)
      const colour = random.pick(['#1f7a4a', '#3a9a45', '#6ab04c', '#16604a'])
      pieces.push(
        leafAt(plant.root, 0.97, angle, random.range(0.12, 0.2), {
          width: 0.04,
          bend: sign * 0.12,
          belly: 0.45,
          colour,
        }),
      )
    }
  }
  for (const plant of plants)
    pieces.push(...blossom(plant.x, plant.y, plant.size, plant.colours, random.range(0, 1)))
  pieces.push(...bird(0.265, 0.315, 0.105, 1), ...bird(0.545, 0.225, 0.088, -1))
  return pieces
}

/** The hearts of the blossoms are round panes of their own. */
export const hearts = [
  [0.165, 0.735, 0.02],
  [0.645, 0.76, 0.019],
  [0.275, 0.865, 0.016],
  [0.565, 0.885, 0.014],
  [0.11, 0.885, 0.014],
  [0.695, 0.9, 0.013],
] as const
