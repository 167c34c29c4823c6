import { parse } from 'node:path'
import { z } from 'zod'
import { deviceId } from '../../../shared/contract/device.ts'
import { pictureEdit, type JobSpec } from '../../../shared/contract/job.ts'
import { optimiseJob } from '../../../shared/contract/optimise-job.ts'
import { parameters } from '../../../shared/contract/parameters.ts'
import { presetName } from '../../../shared/contract/preset.ts'
import type { JobRequest } from '../../../shared/contract/studio.ts'
import { shortName } from '../file-names.ts'
import type { NamedFile, ResultSources } from '../gallery/source-copies.ts'
import { appPaths } from '../../app-paths.ts'
import { compactFile } from '../../resolve-weights.ts'

const namedFile = z.object({ path: z.string().min(1).max(4096), name: z.string().max(255) })

/** All that it takes to paint a job, also after Pastiche was closed. Holds paths: never told to a page. */
export const jobOrder = z.object({
  content: namedFile,
  styles: z.array(namedFile.extend({ weight: z.number(), edit: pictureEdit })),
  initPicture: namedFile.nullable(),
  /** With the sliders as they stand. */
  parameters,
  device: deviceId,
  weights: z.object({
    /** File of weights; null for compact: the place of the app may change between two starts. */
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

/** The pictures of a job. */
export function filesOf({ content, styles, initPicture }: JobOrder): NamedFile[] {
  return [content, ...styles, ...(initPicture === null ? [] : [initPicture])]
}

/** File in which a job is saved on the way, and whether it continues from there. */
export interface CheckpointPlace {
  readonly path: string
  readonly isToGoOn: boolean
}

/** Everything a job is painted with, besides its order. */
export interface PaintResources {
  readonly outputPath: string
  readonly threads: number
  readonly checkpoint: CheckpointPlace | null
  /** Folders that keep the picture where the gallery cannot. */
  readonly fallbackFolders: readonly string[]
}

/** The master keeps all that the photo says of itself: it stays on this computer, and whoever saves it chooses again. */
export function engineJobOf(
  order: JobOrder,
  { outputPath, threads, checkpoint, fallbackFolders }: PaintResources,
): JobSpec {
  const { content, styles, initPicture, parameters, device, weights } = order
  return optimiseJob({
    content: content.path,
    styles: styles.map(({ path, weight, edit }) => ({ path, weight, edit })),
    start: initPicture?.path ?? null,
    network: weights.path ?? compactFile(appPaths().resources),
    parameters,
    output: {
      path: outputPath,
      bitDepth: 16,
      keepGps: true,
      placing: 'own',
      fallbackFolders: [...fallbackFolders],
    },
    resources: { device, threads },
    checkpoint: checkpoint && { path: checkpoint.path, resume: checkpoint.isToGoOn ? 'exact' : 'no' },
  })
}

function withShortName({ path, name }: NamedFile): NamedFile {
  return { path, name: shortName(name) }
}

/** Two of them, and a few words, are a name of a result: at most 200 UTF-16 units. */
const longestTitle = 80

/** "photo × painting", from the names of the files. */
export function nameOf({ content, styles }: JobOrder): string {
  const [first, ...others] = styles.map(titleOf)
  if (first === undefined) return titleOf(content)
  const more = others.length > 0 ? ` and ${others.length} more` : ''
  return `${titleOf(content)} × ${first}${more}`
}

function titleOf({ name }: NamedFile): string {
  const title = parse(name).name.replaceAll(/\s+/g, ' ').trim()
  if (title === '') return 'picture'
  return title.length > longestTitle ? `${shortName(title, longestTitle - 1)}…` : title
}
