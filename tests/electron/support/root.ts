import { fileURLToPath } from 'node:url'

/** Of the clone, an absolute path. */
export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[/\\]$/, '')
