import type { Prepare, Prepared } from '../graph/prepare.ts'
import { frozen } from '../models/parameter-source.ts'
import type { Size } from '../tensor/size.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { compile } from './compile.ts'
import { activeTerms, termNames, type ObjectiveOptions, type TermName } from './options.ts'
import type { ObjectiveSource } from './term.ts'
import type { WeightedTerm } from './weighted-term.ts'

/** The loss at a canvas, weighted: in all, by term, and by tap as `<term>/<tap>`. */
export type Loss = Readonly<Record<TermName, number>> & {
  readonly total: number
  readonly layers: Readonly<Record<string, number>>
}

/** An objective for one size, ready to be evaluated: the prepared graph and the targets that it is fed with. */
export class ObjectiveSession {
  readonly #prepared: Prepared
  readonly #options: ObjectiveOptions
  readonly #targets: Readonly<Record<string, Tensor>>
  readonly #gradient: Tensor

  private constructor(
    prepared: Prepared,
    { options, targets, size }: { options: ObjectiveOptions; targets: Record<string, Tensor>; size: Size },
  ) {
    this.#prepared = prepared
    this.#options = options
    this.#targets = targets
    const shape = [1, 3, size.heightPx, size.widthPx]
    this.#gradient = { shape, data: new Float32Array(3 * size.widthPx * size.heightPx) }
  }

  /**
   * Computes the targets at this size, then prepares the graph; the caller disposes of it.
   *
   * @throws PasticheError `unknown-layer`, `weights-damaged`, `size-too-small`, `picture-too-small`, and those of `prepare`
   */
  static async create(
    source: ObjectiveSource,
    options: ObjectiveOptions,
    size: Size,
    prepare: Prepare,
  ): Promise<ObjectiveSession> {
    const { layers, weights } = source
    const { pooling, padding } = options
    const targets: Record<string, Tensor> = {}
    for (const term of activeTerms(options))
      Object.assign(targets, await term.targets({ ...source, pooling, padding, size, prepare }))
    // Numbers instead of symbols for the sides: only then does the CPU provider keep the gradient in its blocked layout.
    const graph = compile(layers, frozen(weights), options, [size.heightPx, size.widthPx])
    return new ObjectiveSession(await prepare(graph, weights.bytes), { options, targets, size })
  }

  /**
   * @param canvas [3, H, W] in [0,1]
   * @param options with other weights, but the same terms and taps
   * @returns the loss and ∂loss/∂canvas, in a buffer that the next call overwrites
   */
  async evaluate(
    canvas: Float32Array,
    options: ObjectiveOptions = this.#options,
  ): Promise<{ loss: Loss; gradient: Float32Array }> {
    const terms = activeTerms(options)
    const feeds: Record<string, Tensor> = {
      ...this.#targets,
      canvas: { shape: this.#gradient.shape, data: canvas },
    }
    for (const term of terms) Object.assign(feeds, term.weights)
    const outputs = await this.#prepared.run(feeds, { gradient: this.#gradient })
    return { loss: lossOf(terms, outputs), gradient: this.#gradient.data }
  }

  async dispose(): Promise<void> {
    await this.#prepared.dispose()
  }
}

function lossOf(terms: readonly WeightedTerm[], outputs: Readonly<Record<string, Tensor>>): Loss {
  const sums: Record<string, number> = Object.fromEntries(termNames.map((name) => [name, 0]))
  const layers: Record<string, number> = {}
  for (const term of terms) {
    const read = term.read(outputs)
    sums[term.name] = read.sum
    Object.assign(layers, read.layers)
  }
  return { total: outputs['loss/total']!.data[0]!, ...(sums as Record<TermName, number>), layers }
}
