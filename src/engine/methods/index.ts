import type { Methods } from './method.ts'
import { optimise } from './optimise/optimise.ts'

/** Every method of the engine, by its id. */
export const methods: Methods = { optimise }
