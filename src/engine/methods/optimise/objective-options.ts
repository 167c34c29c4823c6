import type { Parameters } from '../../../shared/contract/parameters.ts'
import type { ObjectiveOptions } from '../../objective/options.ts'

/** The objective that the application's parameters ask for. */
export function objectiveOptions(parameters: Parameters): ObjectiveOptions {
  const { pooling, padding } = parameters
  return {
    ...{ pooling, padding },
    terms: {
      content: {
        weight: parameters.contentWeight,
        layers: parameters.contentLayers,
        reduction: parameters.contentReduction,
      },
      style: {
        weight: parameters.styleWeight,
        layers: parameters.styleLayers,
        statistic: parameters.statistic,
        normaliser: parameters.normaliser,
        reduction: parameters.styleReduction,
        divisor: parameters.styleDivisor,
        fit: parameters.styleFit,
        scale: parameters.styleScale,
      },
      variation: {
        weight: parameters.tvWeight,
        form: parameters.tvForm,
        reduction: parameters.tvReduction,
      },
    },
  }
}
