import { Command } from 'commander'
import type { DistilRunOptions } from './distil/checkpoint.ts'
import { distil } from './distil/run.ts'

/**
 * Distils VGG16 into compact, the network that ships with Pastiche. A run that was stopped resumes from its last checkpoint;
 * `training/export-compact.ts` makes the network from it.
 */

const number = (text: string): number => Number(text)

await new Command('distil')
  .description('Distils VGG16 into compact.')
  .requiredOption('--teacher <file>', 'VGG16 as Pastiche keeps it: vgg16.safetensors of its data folder')
  .requiredOption('--pictures <folder>', 'photos and paintings to train on')
  .option('--out <folder>', 'where checkpoints are kept', '.cache/distil')
  .option('--steps <n>', 'batches in all', number, 12_000)
  .option('--rate <x>', 'highest learning rate of Adam', number, 1.5e-3)
  .option('--seed <n>', 'of crops and canvases', number, 1)
  .option(
    '--canvases <share>',
    'of the pictures that are canvases in the middle of being painted',
    number,
    0.25,
  )
  .option('--threads <n>', '0 for as many as the machine has cores', number, 0)
  .action(async (options: DistilRunOptions) => {
    await distil(options)
  })
  .parseAsync()
