import { fileURLToPath } from 'node:url'

/** Root of the clone, an absolute path. */
export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[/\\]$/, '')
