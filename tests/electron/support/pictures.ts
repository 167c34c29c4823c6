import { join } from 'node:path'
import { root } from './root.ts'

/** Pictures that ship with the app. */
export const samplePhoto = join(root, 'resources', 'samples', 'photo-harbour.jpg')
export const samplePainting = join(root, 'resources', 'samples', 'painting-ink.jpg')
