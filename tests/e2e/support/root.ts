import { join } from 'node:path'

/** The folder of this repository. Playwright runs tests as CommonJS or as modules; this holds for both. */
export const root = process.cwd()

/** Folder of screenshots. */
export const screensFolder = join(root, 'test-results', 'screens')
