import { createHash } from 'node:crypto'
import { liveWeights } from '../../../shared/methods/optimise.ts'
import type { Parameters } from '../../../shared/contract/parameters.ts'
import type { ObjectiveSource } from '../../objective/term.ts'
import type { CanvasPlan } from './plan.ts'
import type { Planes } from '../../tensor/planes.ts'

export interface FingerprintInput extends ObjectiveSource {
  readonly parameters: Parameters
  readonly plan: Pick<CanvasPlan, 'scales'>
  readonly initPicture: Planes | null
}

/**
 * Everything that decides a picture, but for the weights that may change on the way: a checkpoint continues only a run with the same
 * fingerprint.
 *
 * @returns SHA-256 in hexadecimal; goes over all pictures and the network's weights
 */
export function fingerprintOf(input: FingerprintInput): string {
  const { plan, parameters, content, styles, weights, initPicture } = input
  const fixed = Object.entries(parameters).filter(([name]) => !Object.hasOwn(liveWeights.shape, name))
  const hash = createHash('sha256').update(
    JSON.stringify([plan.scales.map(({ widthPx, heightPx, steps }) => [widthPx, heightPx, steps]), fixed]),
  )
  hash.update(JSON.stringify(styles.map(({ weight }) => weight)))
  const seen = [
    content.rgb,
    ...styles.flatMap(({ picture: { rgb, alpha } }) => (alpha ? [rgb, alpha] : [rgb])),
  ]
  for (const values of initPicture ? [...seen, initPicture.rgb] : seen)
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  return hash.update(weights.bytes).digest('hex')
}
