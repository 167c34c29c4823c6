import type { Graph, Value } from '../graph/graph.ts'
import { mul } from '../ops/index.ts'
import { scalar, type Tensor } from '../tensor/tensor.ts'
import type { TargetSource, Term, TermWeights } from './term.ts'

/** Features by tap. */
type Features = ReadonlyMap<string, Value>
type Tensors = Readonly<Record<string, Tensor>>

/** Loss of a term: in all, and at each tap. */
export interface TermLoss {
  readonly sum: number
  readonly layers: Readonly<Record<string, number>>
}

/**
 * A term with its weights: its part of the graph, what that part is fed with, and what it put out. The names, which only this class
 * reads and writes: inputs `weight/<term>`, `weight/<term>/<tap>` and `target/<term>/<tap>`, outputs `loss/<term>/<tap>`, or
 * `loss/<term>` where there are no taps.
 */
export class WeightedTerm<Options extends TermWeights = TermWeights> {
  readonly name: string
  /** Those that take part, in the order of the options; null for a term of the canvas itself. */
  readonly taps: readonly string[] | null
  readonly #term: Term<Options>
  readonly #options: Options

  constructor(name: string, term: Term<Options>, options: Options) {
    this.name = name
    this.#term = term
    this.#options = options
    const { layers } = options
    this.taps = layers ? Object.keys(layers).filter((tap) => layers[tap] !== 0) : null
  }

  /** True if it is in the graph at all. */
  get isActive(): boolean {
    return this.#options.weight !== 0 && this.taps?.length !== 0
  }

  /** @returns the weighted scalars, by the name of their output */
  build(graph: Graph, canvas: Value, features: Features): Record<string, Value> {
    return graph.scope(this.name, () => {
      const weight = graph.input(`weight/${this.name}`, [])
      if (!this.taps) return { [`loss/${this.name}`]: mul(this.#loss(canvas, this.name), weight) }
      return Object.fromEntries(
        this.taps.map((tap) => {
          const path = `${this.name}/${tap}`
          const layerWeight = mul(weight, graph.input(`weight/${path}`, []))
          return [`loss/${path}`, mul(this.#loss(features.get(tap)!, path), layerWeight)]
        }),
      )
    })
  }

  #loss(x: Value, path: string): Value {
    return this.#term.loss(x, this.#options, (shape) => x.graph.input(`target/${path}`, shape))
  }

  async targets(source: TargetSource): Promise<Tensors> {
    const targets = (await this.#term.targets?.(source, this.taps ?? [], this.#options)) ?? {}
    return Object.fromEntries(
      Object.entries(targets).map(([tap, target]) => [`target/${this.name}/${tap}`, target]),
    )
  }

  /** The weights as feeds. */
  get weights(): Tensors {
    const { weight, layers } = this.#options
    const ofTaps = (this.taps ?? []).map((tap): [string, Tensor] => [
      `weight/${this.name}/${tap}`,
      scalar(layers![tap]!),
    ])
    return { [`weight/${this.name}`]: scalar(weight), ...Object.fromEntries(ofTaps) }
  }

  /** @param outputs of the whole graph */
  read(outputs: Tensors): TermLoss {
    const value = (path: string): number => outputs[`loss/${path}`]!.data[0]!
    if (!this.taps) return { sum: value(this.name), layers: {} }
    const layers = Object.fromEntries(
      this.taps.map((tap) => [`${this.name}/${tap}`, value(`${this.name}/${tap}`)]),
    )
    return { sum: Object.values(layers).reduce((sum, part) => sum + part, 0), layers }
  }
}
