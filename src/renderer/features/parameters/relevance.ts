import type { Parameters, PartialParameters } from '../../../shared/contract/parameters.ts'
import type { ParameterName } from './fields.ts'

interface Row {
  readonly names: readonly ParameterName[]
  readonly isIdle: (parameters: Parameters, own: PartialParameters) => boolean
  readonly reason: string
}

/** Parameters that do nothing as things stand, and why. */
const rows: readonly Row[] = [
  {
    names: ['beta1', 'beta2', 'epsilon'],
    isIdle: ({ optimizer }) => optimizer === 'lbfgs',
    reason: 'Not used by L-BFGS.',
  },
  {
    names: ['weightDecay'],
    isIdle: ({ optimizer }) => optimizer !== 'adamw' && optimizer !== 'lamb',
    reason: 'Only AdamW and LAMB use it.',
  },
  {
    names: ['history', 'lineSearch'],
    isIdle: ({ optimizer }) => optimizer !== 'lbfgs',
    reason: 'Only L-BFGS uses it.',
  },
  {
    names: ['tvForm', 'tvReduction'],
    isIdle: ({ tvWeight }) => tvWeight === 0,
    reason: 'Smoothness is 0.',
  },
  {
    names: ['contentLayers', 'contentReduction'],
    isIdle: ({ contentWeight }) => contentWeight === 0,
    reason: 'The content weight is 0.',
  },
  {
    names: ['styleLayers', 'statistic', 'normaliser', 'styleReduction', 'styleDivisor'],
    isIdle: ({ styleWeight }) => styleWeight === 0,
    reason: 'The style weight is 0.',
  },
  {
    names: ['styleScale', 'styleFit'],
    isIdle: ({ styleWeight }) => styleWeight === 0,
    reason: 'The style weight is 0.',
  },
  {
    names: ['normaliser'],
    isIdle: ({ statistic }) => statistic === 'moments',
    reason: 'Mean and deviation need no normaliser.',
  },
  {
    names: ['normaliser'],
    isIdle: ({ statistic }) => statistic === 'w2',
    reason: 'The Wasserstein distance needs no normaliser.',
  },
  {
    names: ['preprocessing'],
    isIdle: ({ network }) => network === 'compact',
    reason: 'The built-in network has its own preprocessing.',
  },
  {
    names: ['seed'],
    isIdle: ({ init }) => init !== 'noise',
    reason: 'Only used when starting from noise.',
  },
  {
    names: ['sizePx', 'steps', 'coarsestPx'],
    // A plan of the preset's gives way to a number of one's own, one's own plan does not.
    isIdle: (_, { scales }) => scales !== undefined && scales !== null,
    reason: 'Set by the plan under Scales.',
  },
]

/**
 * Why a parameter does nothing just now; null where it does something.
 *
 * @param own what the user changed
 */
export function idleReason(
  name: ParameterName,
  parameters: Parameters,
  own: PartialParameters,
): string | null {
  return rows.find((row) => row.names.includes(name) && row.isIdle(parameters, own))?.reason ?? null
}
