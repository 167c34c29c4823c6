import { byName } from '../file-names.ts'
import type { NamedFile } from '../gallery/source-copies.ts'
import type { PageContext, SomeHandlers } from './page-context.ts'

type LibraryMethod =
  | 'savePreset'
  | 'renamePreset'
  | 'removePreset'
  | 'importPreset'
  | 'exportPreset'
  | 'downloadModel'
  | 'cancelModel'
  | 'importModel'
  | 'verifyModel'
  | 'removeModel'
  | 'devices'
  | 'changeSettings'

/** Calls about everything the host keeps for every job: presets, networks, devices, settings. */
export function libraryHandlers({ studio, shell }: PageContext): SomeHandlers<LibraryMethod> {
  const { presetService, modelService, tickets } = studio
  return {
    savePreset: (request) => presetService.save(request),
    renamePreset: ({ id, name }) => presetService.rename(id, name),
    removePreset: ({ id }) => presetService.remove(id).then(() => null),
    importPreset: ({ ticket, replace }) =>
      named(tickets.file(ticket), (path) => presetService.import(path, replace)),
    exportPreset: async ({ id }) => {
      const { fileName, text } = await presetService.export(id)
      return studio.exporter.text(fileName, text, shell)
    },
    downloadModel: ({ id }) => {
      modelService.download(id)
      return null
    },
    cancelModel: ({ network }) => {
      modelService.cancel(network)
      return null
    },
    importModel: async ({ ticket, ...options }) => {
      const file = tickets.file(ticket)
      const imported = await named(file, (path) => modelService.import(path, options))
      // The network has its own copy; half a gigabyte need not lie there twice.
      await studio.uploads.drop(file.path)
      return imported
    },
    verifyModel: ({ network }) => modelService.verify(network),
    removeModel: ({ network }) => modelService.remove(network).then(() => null),
    devices: ({ refresh }) => studio.deviceInspector.list(refresh),
    changeSettings: (changes) => studio.changeSettings(changes),
  }
}

/** Names the file in its errors as people know it. */
async function named<T>(file: NamedFile, take: (path: string) => Promise<T>): Promise<T> {
  try {
    return await take(file.path)
  } catch (thrown) {
    throw byName(thrown, file)
  }
}
