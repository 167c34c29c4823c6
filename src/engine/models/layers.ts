/** One row of a network's table. Convolutions are 3×3, stride 1, zero padding 1, followed by ReLU; pools are 2×2, stride 2. */
export type Layer =
  | {
      readonly kind: 'conv'
      readonly name: string
      readonly relu: string
      readonly inChannels: number
      readonly outChannels: number
      /** Behind the tap `relu` lies a 1×1 convolution, `<relu>.projection` [out, out, 1, 1], that the next layer does not see. */
      readonly isProjected?: boolean
    }
  | { readonly kind: 'pool'; readonly name: string }

/** Five blocks in the shape of VGG (Simonyan & Zisserman 2014, table 1): convolutions per block and their width. */
export interface VggShape {
  readonly convolutions: readonly number[]
  readonly widths: readonly number[]
}

/** The table of a VGG-shaped network: conv1_1, conv1_2, pool1, conv2_1 … without the fully connected layers. */
export function vggLayers({ convolutions, widths }: VggShape): readonly Layer[] {
  const layers: Layer[] = []
  let inChannels = 3
  convolutions.forEach((count, block) => {
    const outChannels = widths[block]!
    for (let i = 1; i <= count; i++) {
      const suffix = `${block + 1}_${i}`
      layers.push({ kind: 'conv', name: `conv${suffix}`, relu: `relu${suffix}`, inChannels, outChannels })
      inChannels = outChannels
    }
    if (block < convolutions.length - 1) layers.push({ kind: 'pool', name: `pool${block + 1}` })
  })
  return layers
}

/** A table down to its n-th convolution, and the pool behind that. */
export function cutLayers(layers: readonly Layer[], convolutions = Infinity): readonly Layer[] {
  let count = 0
  return layers.filter(({ kind }) => (kind === 'conv' ? ++count : count) <= convolutions)
}
