const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** "3 min 20 s": two units at most, whole seconds. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (hours > 0) return `${hours} h ${minutes % 60} min`
  if (minutes > 0) return `${minutes} min ${seconds % 60} s`
  return `${seconds} s`
}

/** "about 3 min", as an estimate deserves. */
export function formatEstimate(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 5) return 'a few seconds'
  if (seconds < 55) return `about ${Math.round(seconds / 5) * 5} s`
  const minutes = Math.max(1, Math.round(seconds / 60))
  if (minutes < 60) return `about ${minutes} min`
  const quarters = Math.round(seconds / 900) * 15
  return `about ${Math.floor(quarters / 60)} h${quarters % 60 === 0 ? '' : ` ${quarters % 60} min`}`
}

/** "80 MB": in powers of a thousand, as file managers say it. */
export function formatBytes(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = bytes / 1000 ** power
  return `${value >= 10 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}

/** "1,024 × 683 px" */
export function formatSize(widthPx: number, heightPx: number): string {
  return `${widthPx.toLocaleString('en')} × ${heightPx.toLocaleString('en')} px`
}

/** "37 %", never 100 % before the end. */
export function formatPercent(part: number): string {
  return `${Math.floor(Math.min(1, Math.max(0, part)) * 100)} %`
}
