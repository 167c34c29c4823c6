import type { PackedApp } from './read-package.ts'

const mostRows = 14

/** A table of what takes the room in a package, largest first. */
export function describeSizes({ files }: PackedApp): string {
  const sizes = new Map<string, number>()
  for (const { path, bytes } of files) {
    const group = groupOf(path)
    sizes.set(group, (sizes.get(group) ?? 0) + bytes)
  }
  const rows = [...sizes].sort(([, a], [, b]) => b - a)
  const rest = rows.slice(mostRows).reduce((sum, [, bytes]) => sum + bytes, 0)
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const shown = [...rows.slice(0, mostRows), ['everything else', rest] as const, ['all', total] as const]
  return shown.map(([name, bytes]) => `${megabytes(bytes).padStart(9)}  ${name}`).join('\n')
}

function groupOf(path: string): string {
  return /^(node_modules\/(?:@[^/]+\/)?[^/]+|[^/]+\/[^/]+|[^/]+)/.exec(path)![1]!
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`
}
