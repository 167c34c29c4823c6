import { fileURLToPath } from 'node:url'
import { defineConfig } from 'electron-vite'

// Where the command is run does not matter to what it builds.
const root = fileURLToPath(new URL('.', import.meta.url))

/**
 * Builds what runs in Electron alone: the main process and the script that stands between it and the page. The page itself is
 * the browser studio's (vite.web.config.ts), the worker is the command line's (vite.node.config.ts).
 */
export default defineConfig({
  main: {
    root,
    build: {
      outDir: 'out/main',
      emptyOutDir: true,
      sourcemap: false,
      minify: false,
      externalizeDeps: { exclude: ['zod'] },
      rolldownOptions: {
        input: { index: 'src/main/index.ts' },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    root,
    build: {
      outDir: 'out/preload',
      emptyOutDir: true,
      sourcemap: false,
      minify: false,
      // A sandboxed script can load nothing but Electron: it has to be one CommonJS file.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: 'src/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
})
