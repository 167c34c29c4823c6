import type { NetworkId } from './contract/parameters.ts'

/** Convolutions in each of a network's five blocks. They decide what its layers are called, and so what may be tapped. */
export const networkConvolutions = {
  compact: [2, 2, 3, 3, 1],
  vgg16: [2, 2, 3, 3, 3],
  vgg19: [2, 2, 4, 4, 4],
} as const satisfies Readonly<Record<NetworkId, readonly number[]>>

/** Every tap of a network, from the picture inwards: `convN_M` before a ReLU, `reluN_M` after it, `poolN` between blocks. */
export function tapsOf(network: NetworkId): readonly string[] {
  const blocks: readonly number[] = networkConvolutions[network]
  return blocks.flatMap((count, block) => {
    const convolutions = Array.from({ length: count }, (_, i) => `${block + 1}_${i + 1}`)
    const taps = convolutions.flatMap((suffix) => [`conv${suffix}`, `relu${suffix}`])
    return block < blocks.length - 1 ? [...taps, `pool${block + 1}`] : taps
  })
}
