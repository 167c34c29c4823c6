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

/** What the host keeps for every job: presets, networks, devices, settings. */
export function libraryHandlers({ studio, shell }: PageContext): SomeHandlers<LibraryMethod> {
  const { presetShelf, modelShelf, tickets } = studio
  return {
    savePreset: (request) => presetShelf.save(request),
    renamePreset: ({ id, name }) => presetShelf.rename(id, name),
    removePreset: ({ id }) => presetShelf.remove(id).then(() => null),
    importPreset: ({ ticket, replace }) =>
      named(tickets.file(ticket), (path) => presetShelf.import(path, replace)),
    exportPreset: async ({ id }) => {
      const { fileName, text } = await presetShelf.export(id)
      return studio.handingOn.text(fileName, text, shell)
    },
    downloadModel: ({ id }) => {
      modelShelf.download(id)
      return null
    },
    cancelModel: ({ network }) => {
      modelShelf.cancel(network)
      return null
    },
    importModel: async ({ ticket, ...options }) => {
      const file = tickets.file(ticket)
      const imported = await named(file, (path) => modelShelf.import(path, options))
      // The network has its own copy; half a gigabyte need not lie there twice.
      await studio.uploads.drop(file.path)
      return imported
    },
    verifyModel: ({ network }) => modelShelf.verify(network),
    removeModel: ({ network }) => modelShelf.remove(network).then(() => null),
    devices: ({ refresh }) => studio.deviceDesk.list(refresh),
    changeSettings: (changes) => studio.changeSettings(changes),
  }
}

/** What goes wrong with a file is told by the name that people know. */
async function named<T>(file: NamedFile, take: (path: string) => Promise<T>): Promise<T> {
  try {
    return await take(file.path)
  } catch (thrown) {
    throw byName(thrown, file)
  }
}
