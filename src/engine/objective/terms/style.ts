import type { Term, TermWeights } from '../term.ts'
import { covarianceRoots, measureStyles, type StyleSizing } from './style/measure.ts'
import { styleLoss, targetColumns, type StyleForm } from './style/statistics.ts'
import { styleTarget } from './style/targets.ts'

export interface StyleOptions extends TermWeights, StyleForm, StyleSizing {
  readonly layers: Readonly<Record<string, number>>
}

/** Distance of a statistic of the canvas's features from that of the style pictures, blended by weight. */
export const style: Term<StyleOptions> = {
  loss: (x, form, target) => {
    const channels = x.shape[1] as number
    return styleLoss(x, target([channels, targetColumns(form.statistic, channels)]), form)
  },
  targets: async (source, taps, options) => {
    if (!source.styles.some(({ weight }) => weight > 0)) return {}
    const found = await measureStyles(source, taps, options)
    const roots = options.statistic === 'w2' ? await covarianceRoots(found, source.prepare) : undefined
    return Object.fromEntries(
      [...found].map(([tap, moments]) => [tap, styleTarget(moments, options, roots?.get(tap))]),
    )
  },
}
