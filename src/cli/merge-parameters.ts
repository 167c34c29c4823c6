import { parameters, type Parameters, type PartialParameters } from '../shared/contract/parameters.ts'
import { overridePreset, withNetworkRecipe } from '../shared/contract/preset.ts'
import { parseOrThrow } from '../shared/describe-issue.ts'

/** The one place where parameters come together: schema defaults < the network's recipe < the preset < what the user gave. */
export function mergeParameters(given: PartialParameters, preset: PartialParameters = {}): Parameters {
  return parseOrThrow(parameters, withNetworkRecipe(overridePreset(preset, given)))
}
