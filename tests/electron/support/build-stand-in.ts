import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { root } from './root.ts'

/** Builds the stand-in of Electron: an app that is built runs on plain Node, which reads no TypeScript. */
export async function buildStandIn(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  // Within the clone, so that it finds Playwright; of its own, because test files run at once.
  const folder = join(root, 'node_modules', '.cache', `electron-stand-in-${process.pid}-${Date.now()}`)
  mkdirSync(folder, { recursive: true })
  const source = join(root, 'tests', 'electron', 'stand-in')
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      target: 'node20',
      outDir: folder,
      minify: false,
      rolldownOptions: {
        input: {
          electron: join(source, 'electron.ts'),
          register: join(source, 'register.ts'),
          'utility-shim': join(source, 'utility-shim.ts'),
        },
        external: ['electron'],
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  })
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
