import type { NetworkId } from '../../shared/contract/parameters.ts'
import type { Preset } from '../../shared/contract/preset.ts'
import { readStored } from '../models/stored-weights.ts'
import { resolveWeights } from '../resolve-weights.ts'

/**
 * One sentence, where a recipe was published with weights of another family than those it is about to be painted with. Null
 * where there is nothing to say, and where the weights are missing or damaged, which is told when they are needed.
 *
 * @param weightsFile instead of the installed one
 */
export async function familyNotice(
  { name, weightFamily, parameters }: Preset,
  network: NetworkId,
  weightsFile?: string,
): Promise<string | null> {
  if (weightFamily === null || network === 'compact' || network !== parameters.network) return null
  try {
    const stored = await readStored(resolveWeights(network, weightsFile), network)
    if (stored?.state !== 'ready' || stored.facts.family === weightFamily) return null
    return `The preset "${name}" was made with weights of the ${weightFamily} family, those of ${network} here are of the ${stored.facts.family} family: the picture will not look as published.`
  } catch {
    return null
  }
}
