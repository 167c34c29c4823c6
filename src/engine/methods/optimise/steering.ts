import { slidersOf, type LiveWeights } from '../../../shared/methods/optimise.ts'
import type { Parameters } from '../../../shared/contract/parameters.ts'
import { activeTerms, type ObjectiveOptions } from '../../objective/options.ts'
import { objectiveOptions } from './objective-options.ts'

/** How the objective has changed since the last step: not, in its weights, or in the terms and taps of its graph. */
export type ObjectiveChange = 'no' | 'values' | 'layers'

/** The weights of the objective, which may be changed while it is minimised. */
export class Steering {
  #parameters: Parameters
  #options: ObjectiveOptions
  #change: ObjectiveChange = 'no'

  constructor(parameters: Parameters) {
    this.#parameters = parameters
    this.#options = objectiveOptions(parameters)
  }

  get options(): ObjectiveOptions {
    return this.#options
  }

  get sliders(): LiveWeights {
    return slidersOf(this.#parameters)
  }

  get change(): ObjectiveChange {
    return this.#change
  }

  setWeights(weights: LiveWeights): void {
    const before = activeKey(this.#options)
    this.#parameters = { ...this.#parameters, ...weights }
    this.#options = objectiveOptions(this.#parameters)
    if (before !== activeKey(this.#options)) this.#change = 'layers'
    else if (this.#change === 'no') this.#change = 'values'
  }

  /** @returns the change since it was last asked for */
  takeChange(): ObjectiveChange {
    const change = this.#change
    this.#change = 'no'
    return change
  }

  /** A run that is continued with other weights than it was saved with meets a new objective. */
  restore({ sliders, objective }: { sliders: LiveWeights; objective: ObjectiveChange }): void {
    this.#change = JSON.stringify(sliders) === JSON.stringify(this.sliders) ? objective : 'layers'
  }
}

/** Which terms and taps are in the graph. */
function activeKey(options: ObjectiveOptions): string {
  return JSON.stringify(activeTerms(options).map(({ name, taps }) => [name, taps]))
}
