import type { Evaluate, Optimizer, StepReport } from './optimizers/contract.ts'

export interface Hooks {
  /** Called before each step, which waits for it; `false` ends the loop. */
  readonly before: () => boolean | Promise<boolean>
  /** Called after each step; it may change `x`, as a clamp does. */
  readonly after?: (report: StepReport) => void | Promise<void>
}

/**
 * Minimises a function of a flat vector, step by step, for as long as `before` lets it.
 *
 * @param x changed in place; a step that throws leaves it as it was
 * @throws PasticheError `diverged` where loss or gradient is not a usable number; whatever `evaluate` and the hooks throw
 */
export async function minimise(
  x: Float32Array,
  evaluate: Evaluate,
  optimizer: Optimizer,
  { before, after }: Hooks,
): Promise<void> {
  while (await before()) {
    const report = await optimizer.step(x, evaluate)
    await after?.(report)
  }
}
