import { fileURLToPath } from 'node:url'

/** Root of the clone, an absolute path without a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '')
