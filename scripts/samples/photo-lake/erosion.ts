/** Hydraulic erosion by droplets (Beyer, "Implementation of a method for hydraulic erosion", 2015): carves gullies and fans. */
import type { Random } from '../kit/random.ts'

export interface ErosionOptions {
  readonly droplets: number
  readonly maxSteps: number
  readonly inertia: number
  readonly capacity: number
  readonly depositRate: number
  readonly erodeRate: number
}

interface Slope {
  height: number
  gradientX: number
  gradientY: number
}

function slopeAt(map: Float32Array, side: number, x: number, y: number, out: Slope): void {
  const xi = Math.floor(x)
  const yi = Math.floor(y)
  const u = x - xi
  const v = y - yi
  const at = yi * side + xi
  const [nw, ne, sw, se] = [map[at]!, map[at + 1]!, map[at + side]!, map[at + side + 1]!]
  out.gradientX = (ne - nw) * (1 - v) + (se - sw) * v
  out.gradientY = (sw - nw) * (1 - u) + (se - ne) * u
  out.height = nw * (1 - u) * (1 - v) + ne * u * (1 - v) + sw * (1 - u) * v + se * u * v
}

/** Adds `amount` to the four cells around a place, by bilinear shares. */
function deposit(map: Float32Array, side: number, x: number, y: number, amount: number): void {
  const xi = Math.floor(x)
  const yi = Math.floor(y)
  const u = x - xi
  const v = y - yi
  const at = yi * side + xi
  map[at]! += amount * (1 - u) * (1 - v)
  map[at + 1]! += amount * u * (1 - v)
  map[at + side]! += amount * (1 - u) * v
  map[at + side + 1]! += amount * u * v
}

/** Takes `amount` from a disc of cells, most from its middle, so that gullies get width and no holes appear. */
function dig(map: Float32Array, side: number, x: number, y: number, amount: number): void {
  const radius = 2
  const xi = Math.floor(x)
  const yi = Math.floor(y)
  const weightSum = 17.2
  for (let dy = -radius; dy <= radius; dy++) {
    for (let dx = -radius; dx <= radius; dx++) {
      const weight = radius + 0.6 - Math.hypot(dx, dy)
      if (weight > 0) map[(yi + dy) * side + xi + dx]! -= (amount * weight) / weightSum
    }
  }
}

/**
 * Lets droplets run down a square height map, in place.
 * @param map - side × side heights, in units of one cell.
 */
export function erode(map: Float32Array, side: number, random: Random, options: ErosionOptions): void {
  const here: Slope = { height: 0, gradientX: 0, gradientY: 0 }
  const next: Slope = { height: 0, gradientX: 0, gradientY: 0 }
  const inside = (value: number): boolean => value > 3 && value < side - 4
  for (let droplet = 0; droplet < options.droplets; droplet++) {
    let x = random.range(4, side - 5)
    let y = random.range(4, side - 5)
    let [directionX, directionY, speed, water, sediment] = [0, 0, 1, 1, 0]
    for (let step = 0; step < options.maxSteps; step++) {
      slopeAt(map, side, x, y, here)
      directionX = directionX * options.inertia - here.gradientX * (1 - options.inertia)
      directionY = directionY * options.inertia - here.gradientY * (1 - options.inertia)
      const length = Math.hypot(directionX, directionY)
      if (length < 1e-6) break
      directionX /= length
      directionY /= length
      const newX = x + directionX
      const newY = y + directionY
      if (!inside(newX) || !inside(newY)) break
      slopeAt(map, side, newX, newY, next)
      const fall = next.height - here.height
      const carries = Math.max(-fall, 0.01) * speed * water * options.capacity
      if (fall > 0 || sediment > carries) {
        const dropped = fall > 0 ? Math.min(fall, sediment) : (sediment - carries) * options.depositRate
        deposit(map, side, x, y, dropped)
        sediment -= dropped
      } else {
        const taken = Math.min((carries - sediment) * options.erodeRate, -fall)
        dig(map, side, x, y, taken)
        sediment += taken
      }
      speed = Math.sqrt(Math.max(0, speed * speed - fall * 4))
      water *= 0.985
      x = newX
      y = newY
    }
  }
}
