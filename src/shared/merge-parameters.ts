import { parameters, type Parameters, type PartialParameters } from './contract/parameters.ts'
import { overridePreset, withNetworkRecipe } from './contract/preset.ts'
import { parseOrThrow } from './describe-issue.ts'

/** The one place where parameters come together: schema defaults < the network's recipe < the preset < what the user gave. */
export function mergeParameters(given: PartialParameters, preset: PartialParameters = {}): Parameters {
  return parseOrThrow(parameters, withNetworkRecipe(overridePreset(preset, given)))
}
