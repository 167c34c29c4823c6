import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A file in the folder `shared` beside the repository, which is not part of it. */
export function sharedFile(name: string): string {
  return fileURLToPath(new URL(`../../../../shared/${name}`, import.meta.url))
}

export const realVgg16 = sharedFile('weights/vgg16.safetensors')

const needed = [
  realVgg16,
  sharedFile('images/photos/tuebingen.png'),
  sharedFile('images/paintings/starry-night.jpg'),
]
const missing = needed.filter((path) => !existsSync(path))

/** For `describe.skipIf`: whether real weights or pictures are missing. Says so once in the log. */
export const isRealMissing = missing.length > 0

if (isRealMissing)
  process.stderr.write(`Tests with real weights are skipped: ${missing.join(' and ')} not found.\n`)

/** The title of a group of tests, with the reason where it is skipped. */
export function realTitle(title: string): string {
  return isRealMissing ? `${title} (skipped: ${missing[0]!} is missing)` : title
}
