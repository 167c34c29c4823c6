import type { ModelState, ModelStore } from '../host/index.ts'
import { colours, line, type Coloured, type Text } from './colours.ts'
import { print, printLines } from './output.ts'

/** Which networks are here, and what can be downloaded. */
export async function showModels(store: ModelStore, json: boolean): Promise<void> {
  const states = await store.list()
  if (json) {
    print({ folder: store.folder, offline: store.offline, networks: states.map(describeAsJson) })
    return
  }
  printLines(
    row('✓', 'compact', 'ships with Pastiche'),
    ...states.map(describeNetwork),
    '',
    store.offline ? 'Pastiche is set to offline. It could download:' : 'To download:',
    ...describeDownloads(states),
  )
}

function describeNetwork({ network, stored, path }: ModelState): Coloured {
  if (stored === null)
    return row('–', network, `not installed; get it with: pastiche models download ${network}`)
  if (stored.state === 'damaged')
    return row(
      '✗',
      network,
      `not a complete file that Pastiche wrote: ${path}; replace it with: pastiche models download ${network}`,
    )
  const { origin, verified, convolutions } = stored.facts
  const cut = convolutions === undefined ? '' : `, cut to ${convolutions} convolutions`
  const trust = verified ? 'verified' : colours.yellow('unverified')
  return row('✓', network, line`${origin}, ${mega(stored.bytes)}${cut}, ${trust}`)
}

function row(mark: '✓' | '–' | '✗', network: string, text: Text): Coloured {
  const colour = { '✓': colours.green, '–': colours.dim, '✗': colours.red }[mark]
  return line`${colour(mark)} ${network.padEnd(7)}  ${text}`
}

function describeDownloads(states: readonly ModelState[]): string[] {
  const downloads = states.flatMap((state) => state.downloads)
  const width = Math.max(0, ...downloads.map(({ entry }) => entry.id.length))
  return downloads.map(({ entry, arrivedBytes }) => {
    const { id, name, bytes, licence, recommended } = entry
    const parts = [name, licence.name]
    if (recommended) parts.push('recommended')
    if (arrivedBytes > 0) parts.push(`${mega(arrivedBytes)} here already`)
    return `  ${id.padEnd(width)}  ${(bytes === null ? '' : mega(bytes)).padStart(8)}  ${parts.join(', ')}`
  })
}

function describeAsJson({ network, path, stored, downloads }: ModelState): unknown {
  return {
    network,
    path,
    state: stored?.state ?? 'missing',
    bytes: stored?.bytes ?? null,
    ...(stored?.state === 'ready' && stored.facts),
    downloads: downloads.map(({ entry, arrivedBytes }) => {
      const { id, name, bytes, licence, attribution, recommended } = entry
      return { id, name, bytes, arrivedBytes, licence, attribution, recommended }
    }),
  }
}

function mega(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
