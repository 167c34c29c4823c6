import type { Command } from 'commander'
import { lstat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { withEngine } from '../engine.ts'
import { PasticheError } from '../../shared/errors.ts'
import { mergeParameters } from '../../shared/merge-parameters.ts'
import { addParameterOptions, readParameters } from '../parameter-options.ts'
import { print, printLines, say } from '../output.ts'
import { weightsFile } from '../weights-file.ts'

interface ExportOptions {
  readonly output: string
  readonly weights?: string
  readonly overwrite?: boolean
  readonly json?: boolean
  readonly [parameter: string]: unknown
}

export function addExportGraphCommand(program: Command): void {
  const command = program
    .command('export-graph')
    .description('Write the feature and gradient graphs as ONNX files, for Netron.')
    .option('-o, --output <folder>', 'folder for the files', 'graphs')
    .option('--weights <file>', 'use this weights file, in any format, instead of the installed one')
    .option('--overwrite', 'replace files that exist')
    .option('--json', 'print JSON')
  addParameterOptions(command)
  command.action(async (options: ExportOptions) => {
    const parameters = mergeParameters(readParameters(options))
    if (!options.overwrite) await assertNoneThere(resolve(options.output), parameters.network)
    const { paths } = await withEngine(async (engine) => {
      const weightsPath = await weightsFile(parameters.network, options.weights, engine, say)
      return engine.call('exportGraph', { folder: resolve(options.output), parameters, weightsPath })
    })
    if (options.json) print({ paths })
    else printLines(...paths)
  })
}

async function assertNoneThere(folder: string, network: string): Promise<void> {
  for (const name of [`${network}.safetensors`, 'features.onnx', 'gradient.onnx']) {
    const path = join(folder, name)
    if ((await lstat(path).catch(() => null)) !== null)
      throw new PasticheError('output-exists', `${path} exists already.`, {
        hint: 'Choose another folder with --output, or add --overwrite to replace it.',
      })
  }
}
