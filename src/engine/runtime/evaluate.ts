import { Graph, type Value } from '../graph/graph.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { Session } from './ort.ts'

/**
 * Evaluates the graph of `build` for the inputs, on the CPU, in its own session.
 *
 * @param threads 0 for as many as the machine has cores; the result is the same with any number
 */
export async function evaluate(
  inputs: Readonly<Record<string, Tensor>>,
  build: (values: Record<string, Value>) => Value,
  threads: number,
): Promise<Tensor> {
  const graph = new Graph()
  const values = Object.entries(inputs).map(([name, { shape }]) => [name, graph.input(name, shape)] as const)
  graph.output({ result: build(Object.fromEntries(values)) })
  const session = await Session.create(graph, { device: 'cpu', threads })
  try {
    return (await session.run(inputs))['result']!
  } finally {
    await session.dispose()
  }
}
