import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { modelManifest, publishedNetworkId } from '../../shared/contract/models.ts'
import type { ModelEntry, ModelManifest, PublishedNetworkId } from '../../shared/contract/models.ts'
import { PasticheError } from '../../shared/errors.ts'
import { trimEnd } from '../../shared/trim-ends.ts'

/** The published weights that this version of Pastiche knows: `models.json` among its resources. */
export async function readManifest(resources: string): Promise<ModelManifest> {
  const path = join(resources, 'models.json')
  try {
    return modelManifest.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    const message = `The list of models at ${path} can't be read: ${PasticheError.from(cause).message}`
    throw new PasticheError('internal', message, { hint: 'Reinstall Pastiche.', cause })
  }
}

/**
 * The model that an id means: its own, or that of a network for the download recommended for it.
 *
 * @throws PasticheError `unknown-model`
 */
export function findModel({ models }: ModelManifest, id: string): ModelEntry {
  const entry =
    models.find((candidate) => candidate.id === id) ??
    models.find(({ network, recommended }) => recommended && network === id)
  if (entry) return entry
  const offered = models.filter(({ urls }) => urls.length > 0)
  const known = [...new Set([...publishedNetworkId.options, ...offered.map((model) => model.id)])]
  throw new PasticheError('unknown-model', `There is no model "${id}". Choose one of ${known.join(', ')}.`)
}

/**
 * The network that an id means: its own, or that of one of its models.
 *
 * @throws PasticheError `unknown-model`
 */
export function findNetwork(manifest: ModelManifest, id: string): PublishedNetworkId {
  const network = publishedNetworkId.safeParse(id)
  return network.success ? network.data : findModel(manifest, id).network
}

/** Addresses of a model; with a custom base URL only that one, under the file's published name. */
export function downloadUrls({ urls }: ModelEntry, baseUrl: string | null): readonly string[] {
  const [first] = urls
  if (baseUrl === null || first === undefined) return urls
  const name = new URL(first).pathname.split('/').at(-1)!
  return [`${trimEnd(parseBaseUrl(baseUrl), '/')}/${name}`]
}

function parseBaseUrl(baseUrl: string): string {
  if (/^https?:\/\//i.test(baseUrl) && URL.canParse(baseUrl)) return new URL(baseUrl).href
  // The value is not repeated: it may hold a password.
  const message = 'PASTICHE_MODELS_URL must begin with http:// or https://.'
  const hint = 'Set it to the folder with the weight files, such as https://mirror.example/vgg.'
  throw new PasticheError('invalid-request', message, { hint })
}
