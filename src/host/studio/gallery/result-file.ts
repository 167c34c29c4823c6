import { join } from 'node:path'
import { z } from 'zod'
import { galleryEntry, recipe } from '../../../shared/contract/recipe.ts'
import { defineDocument } from '../../../shared/documents/define-document.ts'
import { migrateFirstRecipe } from '../../../shared/documents/first-edition.ts'
import { JsonFile } from '../../files/json-file.ts'

const filePath = z.string().min(1).max(4096)

/** Places of a result's pictures when it was painted: never sent to a page. */
export const sourcePaths = z.object({
  content: filePath,
  styles: z.array(filePath),
  initPicture: filePath.nullable(),
})
export type SourcePaths = z.infer<typeof sourcePaths>

/** A recipe, and what the gallery knows of its result. `unfinished`: being painted, or cut off when Pastiche ended. */
export const storedResult = recipe
  .extend(galleryEntry.pick({ id: true, name: true, widthPx: true, heightPx: true, bytes: true }).shape)
  .extend({ state: z.enum([...galleryEntry.shape.state.options, 'unfinished']), sources: sourcePaths })
export type StoredResult = z.infer<typeof storedResult>

export const resultFiles = {
  master: 'result.png',
  recipe: 'recipe.json',
  before: 'before.webp',
  style: (index: number): string => `style-${index}.webp`,
} as const

/** `recipe.json` of a result. */
export const recipeDocument = defineDocument({
  name: 'recipe',
  schema: storedResult,
  migrations: [migrateFirstRecipe],
})

export function recipeFile(folder: string): JsonFile<StoredResult> {
  return new JsonFile(join(folder, resultFiles.recipe), recipeDocument)
}
