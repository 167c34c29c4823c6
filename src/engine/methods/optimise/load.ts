import { contentPath, inputOf, inputsOf, type JobSpec } from '../../../shared/contract/job.ts'
import type { Parameters } from '../../../shared/contract/parameters.ts'
import { PasticheError } from '../../../shared/errors.ts'
import type { OptimisePlan } from '../../../shared/methods/optimise.ts'
import { readPicture, type ReadOptions } from '../../image/decode.ts'
import type { Picture } from '../../image/picture.ts'
import { fillHidden, isVisible } from '../../image/transparency.ts'
import { networkLayers } from '../../models/index.ts'
import { cutLayers, type Layer } from '../../models/layers.ts'
import { readCanonical, readLayers } from '../../weights/canonical.ts'
import { readCompact } from '../../weights/compact-file.ts'
import { preprocessings, type NetworkWeights } from '../../models/network-weights.ts'

export interface LoadedFiles {
  readonly content: Picture
  readonly styles: readonly { readonly picture: Picture; readonly weight: number }[]
  readonly initPicture: Picture | null
  readonly layers: readonly Layer[]
  readonly weights: NetworkWeights
}

/** Reads a job's pictures, no larger than the scales need them, and its network's weights. */
export async function loadFiles(job: JobSpec, scales: OptimisePlan['scales']): Promise<LoadedFiles> {
  const { parameters } = job.method
  const longSidePx = Math.max(...scales.flatMap(({ widthPx, heightPx }) => [widthPx, heightPx]))
  const styleSidePx = Math.ceil(longSidePx * Math.max(1, parameters.styleScale))
  const content = await readVisible(contentPath(job), { maxSidePx: longSidePx })
  const styles = []
  for (const { asset, weight, edit } of inputsOf(job, 'style'))
    styles.push({
      picture: withoutOpaqueAlpha(await readVisible(asset.path, { maxSidePx: styleSidePx, edit })),
      weight,
    })
  const start = parameters.init === 'picture' ? inputOf(job, 'start') : null
  const initPicture =
    start && (await readVisible(start.asset.path, { maxSidePx: longSidePx, edit: start.edit }))
  const weights = await loadWeights(parameters, networkPath(job))
  return { content, styles, initPicture, layers: layersOf(parameters, weights), weights }
}

/** The file of the network's weights; null where the host found none. */
export function networkPath(job: JobSpec): string | null {
  return inputOf(job, 'network')?.asset.path ?? null
}

/**
 * A picture without the colours that its transparency hides: two pictures that look alike paint alike.
 * @throws PasticheError as `readPicture`; `not-a-picture` where nothing of it can be seen
 */
async function readVisible(path: string, options: ReadOptions): Promise<Picture> {
  const picture = await readPicture(path, options)
  if (!isVisible(picture))
    throw new PasticheError(
      'not-a-picture',
      `${path} is completely transparent: there is nothing to see in it.`,
      { hint: 'Use a picture that is visible, or remove its transparency in an image editor.' },
    )
  return fillHidden(picture)
}

/** Opacity that says nothing is left out, so that such a style counts exactly as one without. */
const withoutOpaqueAlpha = (picture: Picture): Picture =>
  picture.alpha?.every((value) => value === 1) === true ? { ...picture, alpha: null } : picture

/** The layers of a job's network: fewer than its table has where its weights were cut. */
export async function plannedLayers(job: JobSpec): Promise<readonly Layer[]> {
  const { network } = job.method.parameters
  const weightsPath = networkPath(job)
  if (network === 'compact' || weightsPath === null) return networkLayers[network]
  // Faults of the file are reported when it is loaded.
  return readLayers(weightsPath).catch(() => networkLayers[network])
}

export function layersOf(
  { network }: Pick<Parameters, 'network'>,
  { convolutions }: { readonly convolutions?: number | undefined },
): readonly Layer[] {
  return cutLayers(networkLayers[network], convolutions)
}

/** @throws PasticheError `weights-missing`, `weights-damaged`, `weights-unsupported` */
export async function loadWeights(
  { network, preprocessing }: Pick<Parameters, 'network' | 'preprocessing'>,
  weightsPath: string | null,
): Promise<NetworkWeights & { readonly convolutions?: number | undefined }> {
  if (!weightsPath) throw new PasticheError('weights-missing', `${network.toUpperCase()} isn't installed.`)
  if (network === 'compact') return readCompact(weightsPath)
  const weights = await readCanonical(weightsPath)
  if (weights.network !== network)
    throw new PasticheError(
      'weights-unsupported',
      `${weightsPath} holds ${weights.network.toUpperCase()}, not ${network.toUpperCase()}.`,
      { hint: `Use it with --network ${weights.network}.` },
    )
  return preprocessing === 'none' ? { ...weights, preprocessing: preprocessings.none } : weights
}
