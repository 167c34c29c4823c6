import type { FeatureOptions } from '../models/features.ts'
import type { Term, TermWeights } from './term.ts'
import { terms } from './terms/index.ts'
import { WeightedTerm } from './weighted-term.ts'

type Terms = typeof terms
export type TermName = keyof Terms
type OptionsOf<T> = T extends Term<infer Options> ? Options : never

/** Which terms the objective is the sum of, in what form and with which weights; how the network looks at pictures. */
export interface ObjectiveOptions extends Pick<FeatureOptions, 'pooling' | 'padding'> {
  /** A term that is absent is left out, like one whose weight is 0. */
  readonly terms: { readonly [Name in TermName]?: OptionsOf<Terms[Name]> }
}

export const termNames = Object.keys(terms) as readonly TermName[]

/** The terms that are in the graph, in the order of the sum. */
export function activeTerms(options: ObjectiveOptions): readonly WeightedTerm[] {
  return termNames
    .flatMap((name) => {
      const own: TermWeights | undefined = options.terms[name]
      // The type of the options is that of the term with this name, which a loop over names cannot express.
      return own === undefined ? [] : [new WeightedTerm(name, terms[name] as Term<TermWeights>, own)]
    })
    .filter(({ isActive }) => isActive)
}

/** Taps of all active terms, or of one. */
export function activeTaps(options: ObjectiveOptions, name?: TermName): readonly string[] {
  return activeTerms(options)
    .filter((term) => name === undefined || term.name === name)
    .flatMap(({ taps }) => taps ?? [])
}
