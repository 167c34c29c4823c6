import type { GalleryEntry } from '../../../shared/contract/recipe.ts'
import type { NetworkId } from '../../../shared/contract/parameters.ts'

/** Marks of results that are not what was planned. */
export const stateMarks = {
  done: null,
  stopped: { label: 'Stopped', tone: 'warning', text: 'Stopped early.' },
  failed: { label: 'Failed', tone: 'danger', text: 'The job failed; this is the last good picture.' },
} as const satisfies Record<GalleryEntry['state'], unknown>

export const networkNames: Readonly<Record<NetworkId, string>> = {
  compact: 'Built-in',
  vgg16: 'VGG16',
  vgg19: 'VGG19',
}

/** @param network null where it no longer exists */
export function networkName(network: NetworkId | null): string {
  return network === null ? 'Earlier built-in (no longer available)' : networkNames[network]
}

const dayMs = 86_400_000

/** "Today, 14:05", "Yesterday, 9:12", "24 Nov", "24 Nov 2025". */
export function shortDate(iso: string, now = new Date()): string {
  const date = new Date(iso)
  const time = date.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' })
  if (isSameDay(date, now)) return `Today, ${time}`
  if (isSameDay(date, new Date(now.getTime() - dayMs))) return `Yesterday, ${time}`
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const }
  return date.toLocaleDateString(undefined, { day: 'numeric', month: 'short', ...year })
}

export function longDate(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}

function isSameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString()
}

/** Label of a tile for screen readers. */
export function describeResult({ name, createdAt, state }: GalleryEntry): string {
  const mark = stateMarks[state]
  return [name, shortDate(createdAt), mark?.label].filter((part) => part !== undefined).join(', ')
}
