import { join } from 'node:path'
import { z } from 'zod'
import { galleryEntry, recipe, recipeSchemaVersion } from '../../../shared/contract/recipe.ts'
import { parseOrThrow } from '../../../shared/describe-issue.ts'
import { upgradeDocument } from '../../../shared/first-edition.ts'
import { parsePlainJson } from '../../../shared/plain-json.ts'
import { fileProblem } from '../../file-problem.ts'
import { readPlainText } from '../../files/plain-file.ts'
import { writePrivateFile } from '../../files/private-files.ts'

const filePath = z.string().min(1).max(4096)

/** Where the pictures of a result lay when it was painted: never told to a page. */
export const sourcePaths = z.object({
  content: filePath,
  styles: z.array(filePath),
  initPicture: filePath.nullable(),
})
export type SourcePaths = z.infer<typeof sourcePaths>

/**
 * `recipe.json` of a result: its recipe, and what the gallery knows of it. What a newer version has added is kept.
 * `unfinished`: of a job that is being painted, or was when Pastiche ended.
 */
export const storedResult = recipe
  .extend(galleryEntry.pick({ id: true, name: true, widthPx: true, heightPx: true, bytes: true }).shape)
  .extend({ state: z.enum([...galleryEntry.shape.state.options, 'unfinished']), sources: sourcePaths })
  .loose()
export type StoredResult = z.infer<typeof storedResult>

export const resultFiles = {
  master: 'result.png',
  recipe: 'recipe.json',
  before: 'before.webp',
  style: (index: number): string => `style-${index}.webp`,
} as const

/**
 * @returns `newer` where this Pastiche would misread the recipe of a later one: nothing is wrong with it
 * @throws PasticheError `invalid-request` or SyntaxError where the recipe is damaged; what the system throws
 */
export async function readResult(folder: string): Promise<StoredResult | 'missing' | 'newer'> {
  const text = await readPlainText(join(folder, resultFiles.recipe))
  if (text === null) return 'missing'
  const value: unknown = upgradeDocument(parsePlainJson(text))
  const { schema } = parseOrThrow(z.object({ schema: z.number() }), value, { root: 'the recipe' })
  if (schema > recipeSchemaVersion) return 'newer'
  return parseOrThrow(storedResult, value, { root: 'the recipe' })
}

/** The file is there whole, or as it was. @throws PasticheError `output-not-writable`, `disk-full` */
export async function writeResult(folder: string, result: StoredResult): Promise<void> {
  try {
    await writePrivateFile(join(folder, resultFiles.recipe), `${JSON.stringify(result, null, 2)}\n`)
  } catch (thrown) {
    throw fileProblem(thrown, `Cannot write the recipe of the result in ${folder}`)
  }
}
