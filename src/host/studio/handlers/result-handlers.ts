import { existsSync } from 'node:fs'
import { pictureEdit } from '../../../shared/contract/job.ts'
import type { Recipe, SourcePicture } from '../../../shared/contract/recipe.ts'
import type { OpenDraft, Picture } from '../../../shared/contract/studio.ts'
import {
  networkRecipes,
  type Parameters,
  type PartialParameters,
} from '../../../shared/contract/parameters.ts'
import { mergeParameters } from '../../../shared/merge-parameters.ts'
import { deskOf } from '../export.ts'
import type { StudioParts } from '../studio-parts.ts'
import type { PageContext, SomeHandlers } from './page-context.ts'

type ResultMethod =
  'gallery' | 'recipe' | 'rename' | 'reuse' | 'delete' | 'undelete' | 'save' | 'copy' | 'reveal'

/** The gallery, and what becomes of its results. */
export function resultHandlers({ studio, shell }: PageContext): SomeHandlers<ResultMethod> {
  const { gallery } = studio
  return {
    gallery: ({ offset, limit }) => gallery.list(offset, limit),
    recipe: ({ resultId }) => gallery.recipe(resultId),
    rename: ({ resultId, name }) => gallery.rename(resultId, name),
    reuse: ({ resultId }) => reuse(studio, resultId),
    delete: ({ resultIds }) => gallery.remove(resultIds).then(() => null),
    undelete: ({ resultIds }) => gallery.restore(resultIds).then(() => null),
    save: ({ resultId, options }) => studio.exporter.result(gallery, resultId, options, shell),
    copy: async ({ resultId }) => {
      await deskOf(shell).copyPicture(gallery.masterPath(resultId))
      return null
    },
    reveal: async ({ resultId }) => {
      await deskOf(shell).reveal(gallery.masterPath(resultId))
      return null
    },
  }
}

/** A result's pictures and parameters, as far as they are still there. */
async function reuse(
  studio: StudioParts,
  resultId: string,
): Promise<{ draft: OpenDraft; warnings: string[] }> {
  const { gallery } = studio
  const recipe = gallery.recipe(resultId)
  const paths = gallery.sources(resultId)
  const warnings = recipe.retired === null ? [] : [retiredNetwork]
  const find = async (path: string, source: SourcePicture): Promise<Picture | null> => {
    const picture = existsSync(path)
      ? await studio.pictures.look({ path, name: source.name }).catch(() => null)
      : null
    if (picture === null) warnings.push(`"${source.name}" is no longer where it was: add it again.`)
    return picture === null ? null : studio.pictures.show(picture)
  }
  const content = await find(paths.content, recipe.content)
  const styles: OpenDraft['styles'] = []
  for (const [index, { picture, weight, edit }] of recipe.styles.entries()) {
    const found = await find(paths.styles[index] ?? '', picture)
    if (found !== null) styles.push({ picture: found, weight, edit: pictureEdit.parse(edit) })
  }
  const initPicture =
    recipe.initPicture === null ? null : await find(paths.initPicture ?? '', recipe.initPicture)
  const { preset, own } = await begunWith(studio, recipe)
  return { draft: { content, styles, initPicture, preset, own, device: 'auto' }, warnings }
}

const retiredNetwork =
  'This was painted with an earlier built-in network, which no longer exists. The current one takes its place, so it will look different.'

/** The preset that a recipe was begun with, if it still says what it said, and what was changed on top of it. */
async function begunWith(
  { presetService }: StudioParts,
  { preset, parameters: begun, changes }: Recipe,
): Promise<{ preset: string | null; own: PartialParameters }> {
  const found = preset === null ? null : await presetService.findByName(preset.name)
  // The sliders as they stood in the end.
  const parameters = changes.reduce<Parameters>((all, { weights }) => ({ ...all, ...weights }), begun)
  const own = differing(parameters, mergeParameters({ network: parameters.network }, found?.parameters))
  return { preset: found?.id ?? null, own: withNetwork(own, parameters, found?.parameters) }
}

function differing(parameters: Parameters, from: Parameters): PartialParameters {
  const names = Object.keys(parameters) as (keyof Parameters)[]
  const changed = names.filter((name) => JSON.stringify(parameters[name]) !== JSON.stringify(from[name]))
  return Object.fromEntries(changed.map((name) => [name, parameters[name]]))
}

/** A network that neither the preset nor the defaults name has to be named. */
function withNetwork(
  own: PartialParameters,
  { network }: Parameters,
  preset: PartialParameters | undefined,
): PartialParameters {
  const implied = preset?.network ?? (Object.keys(networkRecipes)[0] as Parameters['network'])
  return network === implied ? own : { ...own, network }
}
