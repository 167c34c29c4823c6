import { PasticheError } from '../../shared/errors.ts'
import { convLayers, fits, type NetworkTables } from './find-network.ts'
import { labelsOf, readLabels } from './naming-schemes.ts'
import { quoted, type Convolution, type TensorFile } from './tensor-file.ts'

/** Error for a file with neither VGG16 nor VGG19, which says what it holds. */
export function describeForeign(
  { tensors, graph }: Pick<TensorFile, 'tensors' | 'graph'>,
  named: readonly Convolution[],
  tables: NetworkTables,
): PasticheError {
  const convolutions = graph && graph.convolutions.length > 0 ? graph.convolutions : named
  if (graph?.makesPictures === true || convolutions.some(makesPictures))
    return unsupported(
      'This is a fast-style network, which paints pictures in one pass; Pastiche needs a network that analyses them, VGG16 or VGG19.',
    )
  const incomplete = describeIncomplete(named, tables)
  if (incomplete !== undefined) return unsupported(incomplete)
  const odd = graph?.convolutions.find(({ oddity }) => oddity !== null)?.oddity
  const [first] = tensors.keys()
  if (convolutions.length === 0)
    return unsupported(
      first === undefined
        ? 'The file holds no weights.'
        : `The file holds no convolutions, so it is not VGG16 or VGG19. It has ${tensors.size} tensors such as ${quoted(first)}.`,
    )
  return unsupported(
    `This is a network with ${convolutions.length} convolutions${odd === undefined || odd === null ? '' : ` (one has ${odd})`}, not VGG16 or VGG19.`,
  )
}

/** True if a convolution turns many channels into a picture: no network that analyses pictures has one. */
function makesPictures({ kernel: { shape } }: Convolution): boolean {
  return shape[0] === 3 && shape[1]! > 3
}

/** First layer that is missing or has another shape, if two thirds of a network match by name and shape. */
function describeIncomplete(named: readonly Convolution[], tables: NetworkTables): string | undefined {
  const { scheme, labels } = readLabels(named.map(({ name }) => name))
  const byName = new Map(named.map((convolution) => [convolution.name, convolution]))
  const judged = Object.entries(tables).map(([network, table]) => {
    const layers = convLayers(table)
    const stored = labelsOf(table, scheme).map((label) => byName.get(labels.get(label) ?? ''))
    const right = layers.filter((layer, i) => stored[i] !== undefined && fits(stored[i], layer)).length
    return { network, layers, stored, right }
  })
  const best = judged.reduce((a, b) => (b.right > a.right ? b : a))
  if (best.right < (2 / 3) * best.layers.length) return undefined
  const wrong = best.layers.findIndex((layer, i) => !best.stored[i] || !fits(best.stored[i], layer))
  if (wrong < 0) return undefined
  const { name, inChannels, outChannels } = best.layers[wrong]!
  const found = best.stored[wrong]
  const what = found
    ? `${name} (${quoted(found.name)}) has the shape ${found.kernel.shape.join('×')} instead of ${outChannels}×${inChannels}×3×3`
    : `${name} is missing`
  return `The layers are named like those of ${best.network.toUpperCase()}, but ${what}.`
}

function unsupported(message: string): PasticheError {
  return new PasticheError('weights-unsupported', message)
}
