import type { Parameters } from '../../../shared/contract/parameters.ts'
import type { Size } from '../../tensor/size.ts'
import { createRandom } from '../../random.ts'
import { resized } from '../../image/resize.ts'
import type { Planes } from '../../tensor/planes.ts'

interface InitialSource {
  readonly content: Planes
  readonly styles: readonly { readonly picture: Planes }[]
  readonly initPicture: Planes | null
  readonly parameters: Pick<Parameters, 'init' | 'seed'>
}

/** The canvas before the first step. Noise is uniform around mid-grey, from the seed. */
export function initialCanvas(
  { content, styles, initPicture, parameters }: InitialSource,
  size: Size,
): Planes {
  switch (parameters.init) {
    case 'content':
      return resized(content, size)
    case 'style':
      return resized(styles[0]?.picture ?? content, size)
    case 'picture':
      return resized(initPicture ?? content, size)
    case 'noise': {
      const random = createRandom(parameters.seed)
      const rgb = Float32Array.from({ length: 3 * size.widthPx * size.heightPx }, () => random.uniform())
      return { ...size, rgb }
    }
  }
}
