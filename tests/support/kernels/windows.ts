import type { Attributes } from '../../../src/engine/graph/graph.ts'
import { at, fill, type Tensor64 } from '../tensor64.ts'
import { integerOf, integersOf, type Kernel } from './kernel.ts'

// Convolutions, pools and resampling of feature maps [N, C, H, W].

interface Geometry {
  readonly strides: readonly number[]
  /** Top, left, bottom, right. */
  readonly pads: readonly number[]
  readonly dilations: readonly number[]
}

function geometryOf(attributes: Attributes): Geometry {
  return {
    strides: integersOf(attributes, 'strides', [1, 1]),
    pads: integersOf(attributes, 'pads', [0, 0, 0, 0]),
    dilations: integersOf(attributes, 'dilations', [1, 1]),
  }
}

/** How often a window fits into the padded side. */
function windows(side: number, kernel: number, axis: number, { strides, pads, dilations }: Geometry): number {
  const padded = side + pads[axis]! + pads[axis + 2]!
  return Math.floor((padded - dilations[axis]! * (kernel - 1) - 1) / strides[axis]!) + 1
}

/** Calls `visit` for each cell (u, v) of the window at (row, column) that lies inside the picture. */
function forEachCell(
  picture: Tensor64,
  kernel: readonly number[],
  at: readonly [row: number, column: number],
  { strides, pads, dilations }: Geometry,
  visit: (y: number, x: number, u: number, v: number) => void,
): void {
  const [height, width] = [picture.shape[2]!, picture.shape[3]!]
  for (let u = 0; u < kernel[0]!; u++)
    for (let v = 0; v < kernel[1]!; v++) {
      const y = at[0] * strides[0]! + u * dilations[0]! - pads[0]!
      const x = at[1] * strides[1]! + v * dilations[1]! - pads[1]!
      if (y >= 0 && y < height && x >= 0 && x < width) visit(y, x, u, v)
    }
}

const conv: Kernel = ([x, w, bias], attributes) => {
  const geometry = geometryOf(attributes)
  const kernel = w!.shape.slice(2)
  const [outChannels, groupInputs] = [w!.shape[0]!, w!.shape[1]!]
  const groupOutputs = outChannels / integerOf(attributes, 'group', 1)
  const sides = kernel.map((side, axis) => windows(x!.shape[axis + 2]!, side, axis, geometry))
  return fill([x!.shape[0]!, outChannels, ...sides], ([n, o, row, column]) => {
    const firstInput = Math.floor(o! / groupOutputs) * groupInputs
    let sum = bias?.data[o!] ?? 0
    forEachCell(x!, kernel, [row!, column!], geometry, (py, px, u, v) => {
      for (let i = 0; i < groupInputs; i++)
        sum += at(w!, [o!, i, u, v]) * at(x!, [n!, firstInput + i, py, px])
    })
    return sum
  })
}

/** Scatters what {@link conv} gathers: each input cell spreads over the window that it stands for. */
const convTranspose: Kernel = ([x, w, bias], attributes) => {
  const geometry = geometryOf(attributes)
  const { strides, pads, dilations } = geometry
  const [outChannels, ...kernel] = w!.shape.slice(1)
  const sides = kernel.map(
    (side, axis) =>
      strides[axis]! * (x!.shape[axis + 2]! - 1) +
      dilations[axis]! * (side - 1) +
      1 -
      pads[axis]! -
      pads[axis + 2]!,
  )
  const output = fill([x!.shape[0]!, outChannels!, ...sides], ([, o]) => bias?.data[o!] ?? 0)
  const [height, width] = sides
  fill(x!.shape, ([n, i, row, column]) => {
    const value = at(x!, [n!, i!, row!, column!])
    forEachCell(output, kernel, [row!, column!], geometry, (py, px, u, v) => {
      for (let o = 0; o < outChannels!; o++)
        output.data[((n! * outChannels! + o) * height! + py) * width! + px]! += value * at(w!, [i!, o, u, v])
    })
    return 0
  })
  return output
}

const pool =
  (summarize: (cells: readonly number[], attributes: Attributes) => number): Kernel =>
  ([x], attributes) => {
    const geometry = geometryOf(attributes)
    const kernel = integersOf(attributes, 'kernel_shape', [])
    const sides = kernel.map((side, axis) => windows(x!.shape[axis + 2]!, side, axis, geometry))
    return fill([x!.shape[0]!, x!.shape[1]!, ...sides], ([n, c, row, column]) => {
      const cells: number[] = []
      forEachCell(x!, kernel, [row!, column!], geometry, (py, px) => cells.push(at(x!, [n!, c!, py, px])))
      return summarize(cells, attributes)
    })
  }

const maxPool = pool((cells) => Math.max(...cells))

const averagePool = pool((cells, attributes) => {
  const sum = cells.reduce((a, b) => a + b, 0)
  const [height, width] = integersOf(attributes, 'kernel_shape', [])
  return sum / (integerOf(attributes, 'count_include_pad', 0) ? height! * width! : cells.length)
})

/** Nearest neighbour, x_original = x_resized / scale, rounded down: the one form that the engine writes. */
const resize: Kernel = ([x, , scales], attributes) => {
  const form = ['mode', 'nearest_mode', 'coordinate_transformation_mode']
    .map((name) => attributes[name] as string)
    .join()
  if (form !== 'nearest,floor,asymmetric') throw new Error(`The interpreter knows no Resize of ${form}.`)
  const shape = x!.shape.map((side, axis) => Math.floor(side * scales!.data[axis]!))
  return fill(shape, (index) =>
    at(
      x!,
      index.map((i, axis) => Math.floor(i / scales!.data[axis]!)),
    ),
  )
}

export const windowKernels: Readonly<Record<string, Kernel>> = {
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: maxPool,
  AveragePool: averagePool,
  Resize: resize,
}
