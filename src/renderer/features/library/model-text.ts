import type { StudioModel } from '../../../shared/contract/studio.ts'
import type { PublishedNetworkId } from '../../../shared/contract/models.ts'
import { formatBytes, formatPercent } from '../../ui/format.ts'

export type Download = StudioModel['downloads'][number]

export const modelNames: Readonly<Record<PublishedNetworkId, string>> = { vgg16: 'VGG16', vgg19: 'VGG19' }

export const modelTexts: Readonly<Record<PublishedNetworkId, string>> = {
  vgg19: 'The network used in the classic papers. Gives the best results.',
  vgg16: 'Slightly smaller and faster than VGG19; some presets need it.',
}

export const phaseNames = {
  downloading: 'Downloading',
  converting: 'Checking and converting',
  importing: 'Importing',
  verifying: 'Verifying',
} as const satisfies Record<NonNullable<StudioModel['activity']>['phase'], string>

export interface ModelState {
  readonly label: string
  readonly tone: 'neutral' | 'accent' | 'success' | 'warning' | 'danger'
}

/** State of a network, in a word or two. */
export function modelState({ installed, activity }: StudioModel): ModelState {
  if (activity !== null) return { label: phaseNames[activity.phase], tone: 'accent' }
  if (installed === null) return { label: 'Not installed', tone: 'neutral' }
  if (installed.state === 'damaged') return { label: 'Damaged', tone: 'danger' }
  return installed.facts.verified
    ? { label: 'Ready', tone: 'success' }
    : { label: 'Ready, not verified', tone: 'warning' }
}

/** 0 to 1; null where nobody can tell. */
export function activityPart({ bytes, totalBytes }: NonNullable<StudioModel['activity']>): number | null {
  return totalBytes === null || totalBytes === 0 ? null : Math.min(1, bytes / totalBytes)
}

/** "12 of 80 MB" */
export function activityText(activity: NonNullable<StudioModel['activity']>): string {
  const { phase, bytes, totalBytes } = activity
  if (phase !== 'downloading' || bytes === 0) return `${phaseNames[phase]}…`
  const of = totalBytes === null ? '' : ` of ${formatBytes(totalBytes)}`
  return `${phaseNames[phase]}: ${formatBytes(bytes)}${of}`
}

export function canBeDownloaded({ entry }: Download): boolean {
  return entry.urls.length > 0
}

/** "Download, 80 MB", or how much of it is here already. */
export function downloadLabel({ entry, arrivedBytes }: Download): string {
  if (arrivedBytes > 0)
    return entry.bytes === null ? 'Resume' : `Resume from ${formatPercent(arrivedBytes / entry.bytes)}`
  return entry.bytes === null ? 'Download' : `Download, ${formatBytes(entry.bytes)}`
}

/** "37 % has arrived." where a download was interrupted. */
export function arrivedText({ entry, arrivedBytes }: Download): string | null {
  if (arrivedBytes === 0) return null
  return entry.bytes === null
    ? `${formatBytes(arrivedBytes)} downloaded so far.`
    : `${formatPercent(arrivedBytes / entry.bytes)} downloaded so far.`
}

/** Those that can be downloaded, the recommended first. */
export function sortedDownloads({ downloads }: StudioModel): readonly Download[] {
  return downloads
    .filter(canBeDownloaded)
    .sort((a, b) => Number(b.entry.recommended) - Number(a.entry.recommended))
}
