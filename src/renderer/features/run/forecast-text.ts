import type { Forecast } from '../../state/jobs.svelte.ts'
import { formatBytes, formatEstimate, formatSize } from '../../ui/format.ts'

/** "512 × 341 px · about 40 s · 0.9 GB of memory · CPU" */
export function forecastText({ plan, device, estimatedMs }: Forecast): string {
  return [
    formatSize(plan.widthPx, plan.heightPx),
    estimatedMs === null ? null : formatEstimate(estimatedMs),
    `${formatBytes(plan.peakMemoryBytes)} of memory`,
    device.name,
  ]
    .filter((part) => part !== null)
    .join(' · ')
}

/** Warnings about a start that may still go well. */
export function forecastWarnings({ plan, freeMemoryBytes, fits, notices }: Forecast): string[] {
  const memory = `This needs about ${formatBytes(plan.peakMemoryBytes)} of memory; only ${formatBytes(freeMemoryBytes)} is free.`
  return fits ? [...notices] : [memory, ...notices]
}
