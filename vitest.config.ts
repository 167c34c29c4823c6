import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // A busy machine takes its time; what is polled for still comes.
    expect: { poll: { timeout: 20_000 } },
    // ONNX Runtime uses every core in each test process; two test processes on two cores is the sweet spot.
    maxWorkers: 2,
    projects: [
      {
        // Units of src share one process and what it has imported.
        extends: true,
        test: {
          name: 'unit',
          isolate: false,
          include: ['src/**/*.test.ts'],
          exclude: ['src/renderer/**'],
        },
      },
      {
        extends: true,
        test: { name: 'node', include: ['tests/**/*.test.ts'] },
      },
      {
        // The page's state, without a page: runes need Svelte's compiler, and its browser side.
        extends: true,
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: { name: 'page', isolate: false, include: ['src/renderer/**/*.test.ts'] },
      },
    ],
  },
})
