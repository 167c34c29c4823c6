import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { assertNotSameFile, writeOutput } from '../image/output.ts'
import type { EngineContract } from '../../shared/contract/engine.ts'
import type { Input } from '../../shared/contract/define.ts'
import { serialize } from '../graph/serialize.ts'
import { objectiveOptions } from '../methods/optimise/objective-options.ts'
import { compile } from '../objective/compile.ts'
import { activeTaps } from '../objective/options.ts'
import { featureGraph } from '../models/feature-graph.ts'
import { frozen } from '../models/parameter-source.ts'
import { layersOf, loadWeights } from '../methods/optimise/load.ts'

/**
 * Writes what a run computes as files for Netron and other ONNX tools: `features.onnx` (picture → taps) and `gradient.onnx`
 * (canvas, targets, weights → losses and gradient), with symbolic height and width, and the weights they refer to.
 */
export async function exportGraph({
  folder,
  parameters,
  weightsPath,
}: Input<EngineContract, 'exportGraph'>): Promise<{ paths: string[] }> {
  const weights = await loadWeights(parameters, weightsPath)
  const layers = layersOf(parameters, weights)
  const options = objectiveOptions(parameters)
  const taps = [...new Set(activeTaps(options))]
  const gradientGraph = compile(layers, frozen(weights), options, ['H', 'W'])
  const weightsFile = `${parameters.network}.safetensors`
  const files = {
    [weightsFile]: weights.bytes,
    'features.onnx': serialize(featureGraph({ layers, weights, ...options, taps }), weightsFile),
    'gradient.onnx': serialize(gradientGraph, weightsFile),
  }
  const paths = Object.keys(files).map((name) => join(folder, name))
  if (weightsPath !== null) for (const path of paths) await assertNotSameFile(path, [weightsPath])
  await mkdir(folder, { recursive: true })
  for (const [name, bytes] of Object.entries(files)) await writeOutput(join(folder, name), bytes)
  return { paths }
}
