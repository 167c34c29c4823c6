import type { Forecast } from '../../state/jobs.svelte.ts'
import { formatBytes, formatEstimate, formatSize } from '../../ui/format.ts'

/** "512 × 341 px · about 40 s · 0.9 GB of memory · CPU" */
export function forecastText({ plan, device, estimatedMs }: Forecast): string {
  const last = plan.scales.at(-1)
  return [
    last === undefined ? null : formatSize(last.widthPx, last.heightPx),
    estimatedMs === null ? null : formatEstimate(estimatedMs),
    `${formatBytes(plan.peakMemoryBytes)} of memory`,
    device.name,
  ]
    .filter((part) => part !== null)
    .join(' · ')
}

/** What speaks against a start, though it may go well. */
export function forecastWarnings({ plan, freeMemoryBytes, notices }: Forecast): string[] {
  const missing = plan.peakMemoryBytes > freeMemoryBytes
  const memory = `This may need ${formatBytes(plan.peakMemoryBytes)} of memory; ${formatBytes(freeMemoryBytes)} is free now. A smaller size needs less.`
  return missing ? [memory, ...notices] : [...notices]
}
