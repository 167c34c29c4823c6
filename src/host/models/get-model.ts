import type { ModelEntry } from '../../shared/contract/models.ts'
import { PasticheError } from '../../shared/errors.ts'
import { download, downloadTimings } from './download.ts'
import type { RemoteFile } from './download.ts'
import { assertSpace, canonicalBytes, freeBytes } from './free-space.ts'
import { downloadUrls } from './manifest.ts'
import type { ModelListeners, ModelStoreOptions } from './model-store-options.ts'
import type { PartFile } from './part-file.ts'
import { openDispatcher } from './proxies.ts'

/** @throws PasticheError `unknown-model` for one that its publisher does not offer for download, or not with a checksum */
export function assertDownloadable({ id, name, urls }: ModelEntry): void {
  if (urls.length > 0) return
  const message = `"${id}" (${name}) can't be downloaded.`
  const hint = 'Get the file yourself and run "pastiche models import FILE".'
  throw new PasticheError('unknown-model', message, { hint })
}

/**
 * Downloads a model's file into its part and checks all of it. The one way from Pastiche to the network: the offline
 * setting ends here, before anything that could open a connection is even loaded.
 *
 * @throws PasticheError `offline`, `disk-full`, and as `download`
 */
export async function getModel(
  entry: ModelEntry,
  part: PartFile,
  options: ModelStoreOptions,
  { signal, onProgress, onNotice }: ModelListeners,
): Promise<void> {
  if (options.offline === true)
    throw new PasticheError('offline', `Cannot download ${entry.name}: Pastiche is set to offline.`)
  const file = remoteFile(entry, options.baseUrl ?? null)
  const neededBytes = (entry.bytes ?? 0) - part.bytes + canonicalBytes[entry.network]
  await assertSpace(options.folder, neededBytes, options.freeBytes ?? freeBytes)
  const dispatcher = await openDispatcher(options.env ?? process.env)
  try {
    await download(file, part, {
      dispatcher,
      timings: { ...downloadTimings, ...options.timings },
      signal: signal ?? new AbortController().signal,
      onProgress: (bytes, totalBytes) => onProgress?.({ phase: 'downloading', bytes, totalBytes }),
      onNotice: (message) => onNotice?.(message),
    })
  } finally {
    await dispatcher.destroy()
  }
  onProgress?.({ phase: 'converting', bytes: part.bytes, totalBytes: part.bytes })
}

function remoteFile(entry: ModelEntry, baseUrl: string | null): RemoteFile {
  const { name, bytes, sha256, md5 } = entry
  const urls = downloadUrls(entry, baseUrl)
  if (sha256 !== undefined) return { name, urls, bytes, checksum: { algorithm: 'sha256', hex: sha256 } }
  if (md5 !== undefined) return { name, urls, bytes, checksum: { algorithm: 'md5', hex: md5 } }
  throw new PasticheError('internal', `The list of models has no checksum for ${entry.id}.`)
}
