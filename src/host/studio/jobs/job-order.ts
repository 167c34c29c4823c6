import { parse } from 'node:path'
import { z } from 'zod'
import { deviceId, job as engineJob, pictureEdit, type Job } from '../../../shared/contract/engine.ts'
import { parameters } from '../../../shared/contract/parameters.ts'
import { presetName } from '../../../shared/contract/preset.ts'
import type { JobRequest } from '../../../shared/contract/studio.ts'
import type { NamedFile, ResultSources } from '../gallery/source-copies.ts'

const longestName = 255
const namedFile = z.object({ path: z.string().min(1).max(4096), name: z.string().max(longestName) })

/** All that it takes to paint a job, also after Pastiche was closed. Holds paths: never told to a page. */
export const jobOrder = z.object({
  content: namedFile,
  styles: z.array(namedFile.extend({ weight: z.number(), edit: pictureEdit })),
  initPicture: namedFile.nullable(),
  /** With the sliders as they stand. */
  parameters,
  device: deviceId,
  weights: z.object({
    /** Null for the built-in network. */
    path: z.string().nullable(),
    /** As a recipe tells it. */
    origin: z.string(),
    dataSha256: z.string().nullable(),
  }),
  preset: z.object({ name: presetName, modified: z.boolean() }).nullable(),
})
export type JobOrder = z.infer<typeof jobOrder>

/** A request of a page, with the files behind its tickets. */
export interface StartOrder {
  readonly request: JobRequest
  readonly sources: {
    readonly content: NamedFile
    /** As many as the request has styles, in their order. */
    readonly styles: readonly NamedFile[]
    readonly initPicture: NamedFile | null
  }
  readonly weights: JobOrder['weights']
  readonly preset: JobOrder['preset']
}

export function orderOf({ request, sources, weights, preset }: StartOrder): JobOrder {
  const { parameters, device, styles } = request
  return {
    content: withShortName(sources.content),
    styles: sources.styles.map((file, index) => {
      const { weight, edit } = styles[index]!
      return { ...withShortName(file), weight, edit }
    }),
    initPicture: sources.initPicture && withShortName(sources.initPicture),
    ...{ parameters, device, weights, preset },
  }
}

export function sourcesOf({ content, styles, initPicture }: JobOrder): ResultSources {
  return { content, styles, initPicture }
}

/** The master keeps all that the photo says of itself: it stays on this computer, and whoever saves it chooses anew. */
export function engineJobOf(order: JobOrder, outputPath: string, threads: number): Job {
  const { content, styles, initPicture, parameters, device, weights } = order
  return engineJob.parse({
    content: content.path,
    styles: styles.map(({ path, weight, edit }) => ({ path, weight, edit })),
    initPicture: initPicture?.path ?? null,
    output: { path: outputPath, bitDepth: 16, keepGps: true },
    weightsPath: weights.path,
    ...{ parameters, device, threads },
  })
}

function withShortName({ path, name }: NamedFile): NamedFile {
  return { path, name: name.slice(0, longestName) }
}

const longestTitle = 80

/** "photo × painting", from the names of the files. */
export function nameOf({ content, styles }: JobOrder): string {
  const [first, ...others] = styles.map(titleOf)
  if (first === undefined) return titleOf(content)
  const more = others.length > 0 ? ` and ${others.length} more` : ''
  return `${titleOf(content)} × ${first}${more}`
}

function titleOf({ name }: NamedFile): string {
  // Code points, not halves of them.
  const letters = Array.from(parse(name).name.trim())
  if (letters.length === 0) return 'picture'
  return letters.length > longestTitle ? `${letters.slice(0, longestTitle - 1).join('')}…` : letters.join('')
}
