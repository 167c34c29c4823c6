import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Command } from 'commander'
import { format, resolveConfig } from 'prettier'
import { encodeCompact } from '../src/engine/weights/compact-file.ts'
import { readCheckpoint } from './distil/checkpoint.ts'
import { modelCard } from './distil/model-card.ts'
import { lossPlot } from './distil/plot.ts'
import { emptyStudent, toNetwork } from './distil/student.ts'

/** Makes the network that ships, its model card and the plot of its training from a checkpoint of training/distil.ts. */

interface Options {
  readonly checkpoint: string
  readonly network: string
  readonly card?: string
  readonly plot?: string
  readonly note?: string
}

async function main({ checkpoint: path, network, card, plot, note }: Options): Promise<void> {
  const checkpoint = await readCheckpoint(path)
  if (!checkpoint) throw new Error(`There is no checkpoint at ${path}. Run "npm run distil" first.`)
  const student = emptyStudent()
  student.vector.set(checkpoint.student)
  const bytes = encodeCompact(toNetwork(student, checkpoint.variances, 'compact'))
  await mkdir(dirname(network), { recursive: true })
  await writeFile(network, bytes)
  if (card) {
    const style = { ...(await resolveConfig(card)), filepath: card }
    await writeFile(card, await format(modelCard(checkpoint, bytes, note), style))
  }
  if (plot) await writeFile(plot, lossPlot(checkpoint.log))
  console.log(`${network}: step ${checkpoint.step}, ${(bytes.length / 1e6).toFixed(2)} MB`)
}

await new Command('export-compact')
  .description('Makes compact.safetensors, its model card and a plot of its training.')
  .option('--checkpoint <file>', 'of npm run distil', '.cache/distil/checkpoint.bin')
  .option('--network <file>', 'the network', 'resources/networks/compact.safetensors')
  .option('--card <file>', 'the model card')
  .option('--note <text>', 'what else the card says of the training')
  .option('--plot <file>', 'the losses, as SVG')
  .action(main)
  .parseAsync()
