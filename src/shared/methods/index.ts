import type { z } from 'zod'
import { methodSet } from './method-set.ts'
import { optimise } from './optimise.ts'

/** Every method of Pastiche. A new one is one more member, and a folder of the engine. */
export const methods = methodSet([optimise])

export type Methods = typeof methods
export type MethodSpec = z.infer<Methods['spec']>
export type MethodId = MethodSpec['id']
export type Steering = z.infer<Methods['steering']>
