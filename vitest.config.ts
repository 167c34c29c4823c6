import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // ONNX Runtime uses every core in each test process; two test processes on two cores is the sweet spot.
    maxWorkers: 2,
  },
})
