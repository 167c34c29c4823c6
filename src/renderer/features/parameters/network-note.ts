import type { WeightFamily } from '../../../shared/contract/models.ts'
import type { NetworkId } from '../../../shared/contract/parameters.ts'
import type { StudioModel } from '../../../shared/contract/studio.ts'
import { choiceLabel } from './choice-labels.ts'

export interface NetworkNote {
  readonly level: 'plain' | 'missing' | 'family'
  readonly text: string
  readonly offersModels: boolean
}

const familyNames: Readonly<Record<WeightFamily, string>> = { caffe: 'Caffe', torchvision: 'torchvision' }

/**
 * Note about the chosen network; null if all is well.
 *
 * @param family that the preset was made with; null where it does not matter
 */
export function networkNote(
  network: NetworkId,
  family: WeightFamily | null,
  models: readonly StudioModel[],
): NetworkNote | null {
  if (network === 'compact')
    return models.some(({ installed }) => installed?.state === 'ready')
      ? null
      : { level: 'plain', text: 'No download needed. VGG19 gives better results.', offersModels: true }
  const name = choiceLabel('network', network)
  const model = models.find((candidate) => candidate.network === network)
  if (model?.activity) return { level: 'plain', text: `${name} is downloading.`, offersModels: true }
  const installed = model?.installed ?? null
  if (installed === null) return { level: 'missing', text: `${name} isn't installed.`, offersModels: true }
  if (installed.state === 'damaged')
    return { level: 'missing', text: `The ${name} file is damaged.`, offersModels: true }
  if (family === null || installed.facts.family === family) return null
  const text = `This preset was made for ${name} (${familyNames[family]}), but yours is ${familyNames[installed.facts.family]}: the picture will differ.`
  return { level: 'family', text, offersModels: true }
}
