import { inputsOf, type JobSpec } from '../../../shared/contract/job.ts'
import type { OptimisePlan } from '../../../shared/methods/optimise.ts'
import { PasticheError } from '../../../shared/errors.ts'
import { smallestSidePx } from '../../models/smallest-picture.ts'
import { activeTaps } from '../../objective/options.ts'
import { styleSize } from '../../objective/terms/style/measure.ts'
import { objectiveOptions } from './objective-options.ts'
import type { LoadedFiles } from './load.ts'

/**
 * Refuses a style picture that leaves no feature at the deepest tap of some scale.
 *
 * @throws PasticheError `picture-too-small`
 */
export function assertStylesFit(
  job: JobSpec,
  scales: OptimisePlan['scales'],
  { styles, layers }: Pick<LoadedFiles, 'styles' | 'layers'>,
): void {
  const { parameters } = job.method
  const { px, tap } = smallestSidePx(layers, activeTaps(objectiveOptions(parameters), 'style'))
  for (const [index, { picture, weight }] of styles.entries()) {
    if (weight === 0) continue
    const sides = [picture.widthPx, picture.heightPx]
    for (const scale of scales) {
      const { widthPx, heightPx } = styleSize(picture, scale, {
        fit: parameters.styleFit,
        scale: parameters.styleScale,
      })
      if (Math.min(widthPx, heightPx) >= px) continue
      const enoughPx = Math.ceil((px * Math.max(...sides)) / Math.min(...sides) / parameters.styleScale)
      throw new PasticheError(
        'picture-too-small',
        `The style picture ${inputsOf(job, 'style')[index]!.asset.path} is too small for ${tap}: at ${Math.max(scale.widthPx, scale.heightPx)} px it has ${widthPx} × ${heightPx} px, and it needs ${px} × ${px} px.`,
        {
          hint:
            Math.min(...sides) < px
              ? 'Use a larger style picture.'
              : `Use a style picture that is less narrow, or paint at ${enoughPx} px and more (--size and --coarsest).`,
        },
      )
    }
  }
}
