import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { join } from 'node:path'
import { z } from 'zod'
import { appPaths } from '../../host/index.ts'
import { parseOrThrow } from '../../shared/describe-issue.ts'
import { say } from '../output.ts'
import { stylize } from './stylize.ts'

const picture = z.object({ file: z.string(), title: z.string() })
const samples = z.object({ photos: z.array(picture).min(1), paintings: z.array(picture).min(1) })

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('Paint a sample photo in the style of a sample painting.')
    .action(async () => {
      const folder = join(appPaths().resources, 'samples')
      const list: unknown = JSON.parse(await readFile(join(folder, 'samples.json'), 'utf8'))
      const { photos, paintings } = parseOrThrow(samples, list)
      const [photo, painting] = [photos[0]!, paintings[0]!]
      say(`"${photo.title}" in the style of "${painting.title}"`)
      process.exitCode = await stylize([join(folder, photo.file)], {
        style: [join(folder, painting.file)],
        output: 'pastiche-demo.png',
        numbered: true,
      })
    })
}
