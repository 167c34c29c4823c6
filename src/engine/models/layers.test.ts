import { expect, it } from 'vitest'
import { networkIds } from '../../shared/contract/parameters.ts'
import { tapsOf } from '../../shared/network-taps.ts'
import { networkLayers } from './index.ts'

it.each(networkIds)('the layers of %s are the taps that a face offers for it', (network) => {
  const names = networkLayers[network].flatMap((layer) =>
    layer.kind === 'conv' ? [layer.name, layer.relu] : [layer.name],
  )
  expect(names).toEqual(tapsOf(network))
})
