import type * as engine from '../engine/index.ts'

export type { JobListeners, RunningJob } from '../engine/index.ts'

/** The engine's public face, as a type: tests put a painter without a network in its place. */
export type EngineFace = typeof engine
