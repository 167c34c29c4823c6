import type { Tensor } from '../tensor/tensor.ts'
import type { Graph } from './graph.ts'

/** A graph made ready to run. Whoever prepares it disposes of it. */
export interface Prepared {
  /**
   * @param feeds a tensor for every input of the graph
   * @param into buffers that outputs are written to; others get new ones
   * @returns the outputs, in the graph's order
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    into?: Readonly<Record<string, Tensor>>,
  ): Promise<Record<string, Tensor>>
  dispose(): Promise<void>
}

/**
 * Makes graphs ready to run: all that those who write graphs need to know of a runtime.
 *
 * @param weights bytes of the weights that the graph refers to
 */
export type Prepare = (graph: Graph, weights?: Uint8Array) => Promise<Prepared>

/** Runs a graph once. */
export async function runOnce(
  prepare: Prepare,
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
  weights?: Uint8Array,
): Promise<Record<string, Tensor>> {
  const prepared = await prepare(graph, weights)
  try {
    return await prepared.run(feeds)
  } finally {
    await prepared.dispose()
  }
}
