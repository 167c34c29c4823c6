import type { z } from 'zod'
import { jobSpec, type JobSpec } from './job.ts'

type JobInputs = z.input<typeof jobSpec>['inputs']
type Picture = Omit<JobInputs[number], 'slot' | 'asset'> & { readonly path: string }
type Settings = Omit<z.input<typeof jobSpec>, 'method' | 'inputs'>

/** A job of the method `optimise`, its files named after their slots. */
export interface OptimiseRequest extends Settings {
  readonly content: string
  readonly styles: readonly Picture[]
  readonly start?: string | null
  /** The file of the network's weights. */
  readonly network?: string | null
  readonly parameters: z.input<typeof jobSpec>['method']['parameters']
}

/** That job, not checked yet. */
export function optimiseRequest(request: OptimiseRequest): z.input<typeof jobSpec> {
  const { content, styles, start = null, network = null, parameters, ...settings } = request
  return {
    method: { id: 'optimise', parameters },
    inputs: [
      { slot: 'content', asset: { path: content } },
      ...styles.map(({ path, ...style }) => ({ slot: 'style' as const, asset: { path }, ...style })),
      ...(start === null ? [] : [{ slot: 'start' as const, asset: { path: start } }]),
      ...(network === null ? [] : [{ slot: 'network' as const, asset: { path: network } }]),
    ],
    ...settings,
  }
}

export function optimiseJob(request: OptimiseRequest): JobSpec {
  return jobSpec.parse(optimiseRequest(request))
}
