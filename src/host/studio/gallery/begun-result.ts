import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { GalleryEntry, Recipe } from '../../../shared/contract/recipe.ts'
import type { EngineHost } from '../../engine-host.ts'
import { fileProblem } from '../../file-problem.ts'
import { makePrivateFolder, tighten } from '../../files/private-files.ts'
import {
  recipeDocument,
  recipeFile,
  resultFiles,
  type SourcePaths,
  type StoredResult,
} from './result-file.ts'
import { copySources, type DescribedSources, type ResultSources } from './source-copies.ts'

/** Facts that a job knows of its result, besides the pictures that it started with. */
export type ResultFacts = Pick<StoredResult, 'name' | 'widthPx' | 'heightPx'> &
  Omit<Recipe, keyof DescribedSources | 'schema' | 'retired' | 'appVersion' | 'createdAt'>

export interface BeginOptions {
  readonly id: string
  /** The folder of this result. */
  readonly folder: string
  readonly sources: ResultSources
  readonly tools: Pick<EngineHost, 'call'>
  readonly appVersion: string
}

/** A result that is being painted, while its sources are measured and copied. */
export class BegunResult {
  readonly #options: BeginOptions
  #described: Promise<DescribedSources>
  #sketched: Promise<void> = Promise.resolve()

  /** @throws PasticheError `output-not-writable`, `disk-full` */
  static async begin(options: BeginOptions): Promise<BegunResult> {
    try {
      await makePrivateFolder(options.folder)
    } catch (thrown) {
      throw fileProblem(thrown, `Cannot make the folder ${options.folder} for the result`)
    }
    return new BegunResult(options)
  }

  private constructor(options: BeginOptions) {
    this.#options = options
    this.#described = this.#describe()
    // Whoever needs it hears of it; a job that is given up does not.
    this.#described.catch(() => undefined)
  }

  /** Makes the place again, after somebody has removed it. Never throws: a place that cannot be had is found out at the end. */
  async remake(): Promise<void> {
    await makePrivateFolder(this.#options.folder).catch(() => undefined)
    this.#described = this.#describe()
    await this.#described.catch(() => undefined)
  }

  get outputPath(): string {
    return join(this.#options.folder, resultFiles.master)
  }

  get sourcePaths(): SourcePaths {
    const { content, styles, initPicture } = this.#options.sources
    return {
      content: content.path,
      styles: styles.map(({ path }) => path),
      initPicture: initPicture?.path ?? null,
    }
  }

  /** Notes what is known so far, in case that Pastiche does not live to see the picture finished. Never throws. */
  sketch(facts: ResultFacts): void {
    this.#sketched = this.#described
      .then((described) => this.#write('unfinished', facts, described, 0))
      .then(() => undefined)
      // It is but a precaution.
      .catch(() => undefined)
  }

  /** @throws PasticheError for a picture or a recipe that cannot be read or written; the picture stays where it is */
  async finish(state: GalleryEntry['state'], facts: ResultFacts): Promise<StoredResult> {
    await this.#sketched
    // A second try: what was in the way while it was painted may be gone.
    const described = await this.#described.catch(() => this.#describe())
    const { size } = await stat(this.outputPath).catch((thrown: unknown) => {
      throw fileProblem(thrown, `Cannot find the picture ${this.outputPath}`)
    })
    // The engine writes it as it writes any picture, for all to read.
    await tighten(this.outputPath)
    return this.#write(state, facts, described, size)
  }

  /** Removes whatever is there. Never throws: what cannot be removed now is removed at a later start. */
  async discard(): Promise<void> {
    await this.#sketched
    await this.#described.catch(() => undefined)
    await rm(this.#options.folder, { recursive: true, force: true }).catch(() => undefined)
  }

  #describe(): Promise<DescribedSources> {
    const { tools, folder, sources } = this.#options
    return copySources(tools, folder, sources)
  }

  async #write(
    state: StoredResult['state'],
    facts: ResultFacts,
    described: DescribedSources,
    bytes: number,
  ): Promise<StoredResult> {
    const { id, appVersion, folder } = this.#options
    const result: StoredResult = {
      schema: recipeDocument.version,
      retired: null,
      appVersion,
      createdAt: new Date().toISOString(),
      id,
      state,
      ...facts,
      ...described,
      bytes,
      sources: this.sourcePaths,
    }
    return recipeFile(folder).update(() => result)
  }
}
