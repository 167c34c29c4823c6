import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // ONNX Runtime uses every core in each test process; two test processes on two cores is the sweet spot.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: ['src/renderer/**', 'node_modules/**'],
        },
      },
      {
        // The page's state, without a page: runes need Svelte's compiler, and its browser side.
        extends: true,
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: { name: 'page', include: ['src/renderer/**/*.test.ts'] },
      },
    ],
  },
})
