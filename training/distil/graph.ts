import { gradients } from '../../src/engine/autodiff/gradient.ts'
import { Graph, type Value } from '../../src/engine/graph/graph.ts'
import { features } from '../../src/engine/models/features.ts'
import { frozen, trainable, type ParameterSource } from '../../src/engine/models/parameter-source.ts'
import { vgg16 } from '../../src/engine/models/perceptual/vgg.ts'
import { add, matmul, mul, reduceMean, reshape, square, sub } from '../../src/engine/ops/index.ts'
import { preprocessings, type NetworkWeights } from '../../src/engine/models/network-weights.ts'
import { studentLayers, studentShapes, taps } from './tables.ts'

/** The names of the student's tensors as inputs of the graph; the teacher's have the same ones without it. */
export const studentPrefix = 'student/'

export interface DistilOptions {
  readonly teacher: NetworkWeights
  /** Variance of the teacher's features at each tap, averaged over its channels. */
  readonly variances: Readonly<Record<string, number>>
  readonly batch: number
  readonly sidePx: number
  /** Without gradients the graph only judges. */
  readonly hasGradients: boolean
}

/**
 * One step of the distillation: from `pictures` [batch, 3, side, side] in [0,1] and the student's tensors to `loss` and its
 * gradient with respect to each tensor, `gradient/<name>`.
 *
 * loss = Σ over taps of mean((T/σ − E·S)²), with T the features of the teacher, σ² their variance, S the features of the student:
 * the parts, `unexplained/<tap>`, are the shares of the teacher's variance that the student does not explain.
 */
export function distilGraph(options: DistilOptions): Graph {
  const { teacher, variances, batch, sidePx, hasGradients } = options
  const graph = new Graph()
  const pictures = graph.input('pictures', [batch, 3, sidePx, sidePx])
  const look = { taps, pooling: 'max', padding: 'zero' } as const
  const expected = graph.scope('teacher', () => features(graph, pictures, vgg16, frozen(teacher), look))
  const student = trainable(studentShapes, preprocessings.torchvision, studentPrefix)
  const found = graph.scope('student', () => features(graph, pictures, studentLayers, student, look))
  const parts = taps.map((tap) =>
    unexplained(mul(expected.get(tap)!, 1 / Math.sqrt(variances[tap]!)), found.get(tap)!, student, tap),
  )
  const loss = parts.reduce((sum, part) => add(sum, part))
  graph.output({ loss, ...Object.fromEntries(parts.map((part, i) => [`unexplained/${taps[i]!}`, part])) })
  if (!hasGradients) return graph
  const names = studentShapes.map(([name]) => name)
  const slopes = gradients(
    loss,
    names.map((name) => student.tensor(graph, name)),
  )
  graph.output(Object.fromEntries(slopes.map((gradient, i) => [`gradient/${names[i]!}`, gradient])))
  return graph
}

/** mean((T − E·S)²) */
function unexplained(expected: Value, found: Value, student: ParameterSource, tap: string): Value {
  const map = student.tensor(found.graph, `${tap}.map`)
  const predicted = matmul(map, positionsInRows(found))
  return reduceMean(square(sub(positionsInRows(expected), predicted)))
}

/** [N, C, h, w] → [N, C, h·w] */
const positionsInRows = (x: Value): Value => reshape(x, [0, 0, -1])
