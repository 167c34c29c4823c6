import type { Shape } from '../graph/dimension.ts'
import type { Value } from '../graph/graph.ts'
import type { FeatureOptions } from '../models/features.ts'
import type { Layer } from '../models/layers.ts'
import type { NetworkWeights } from '../models/network-weights.ts'
import type { Prepare } from '../graph/prepare.ts'
import type { Planes } from '../tensor/planes.ts'
import type { Size } from '../tensor/size.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** Options of every term: its weights. Both weights may change between two steps. */
export interface TermWeights {
  /** α, β or γ of the objective; 0 leaves the term out of the graph. */
  readonly weight: number
  /** Weight of each tap; 0 leaves the tap out. Absent for a term of the canvas itself, which needs no network. */
  readonly layers?: Readonly<Record<string, number>>
}

/** The pictures that an objective is about, and the network that looks at them. */
export interface ObjectiveSource {
  readonly content: Planes
  readonly styles: readonly { readonly picture: Planes; readonly weight: number }[]
  readonly layers: readonly Layer[]
  readonly weights: NetworkWeights
}

/** Everything that targets are computed from, for one size of the canvas. */
export interface TargetSource extends ObjectiveSource, Pick<FeatureOptions, 'pooling' | 'padding'> {
  /** Size of the canvas. */
  readonly size: Size
  readonly prepare: Prepare
}

/** Tensors by tap. */
export type Targets = Readonly<Record<string, Tensor>>

/**
 * One summand of the objective, before it is weighted. It knows the pictures and the mathematics; what its inputs and outputs
 * are called in the graph, and its weights, are the same for every term: see {@link WeightedTerm}.
 */
export interface Term<Options extends TermWeights> {
  /**
   * Builds the loss, a scalar.
   *
   * @param x features at one tap, [1, C, h, w]; without `layers`, the canvas, [1, 3, H, W] in [0,1]
   * @param target declares the target of this tap as an input of the graph
   */
  readonly loss: (x: Value, options: Options, target: (shape: Shape) => Value) => Value
  /** Computes the target of each tap, in the shape that `loss` declares; absent where nothing is compared. */
  readonly targets?: (source: TargetSource, taps: readonly string[], options: Options) => Promise<Targets>
}
