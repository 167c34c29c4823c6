import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** Builds what runs on plain Node: the command line and the engine's worker process. */
export default defineConfig({
  // Where the command is run does not matter to what it builds.
  root: fileURLToPath(new URL('.', import.meta.url)),
  // A hundred files, most of them words of other languages: together they take a third of the command's start.
  ssr: { noExternal: ['zod'] },
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'out',
    // The window and the studio's page are built beside it; old chunks do no harm.
    emptyOutDir: false,
    sourcemap: false,
    minify: false,
    rolldownOptions: {
      input: { 'cli/index': 'src/cli/index.ts', 'worker/entry': 'src/worker/entry.ts' },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
})
