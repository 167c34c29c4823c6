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
    importPreset: ({ ticket, replace }) => presetShelf.import(tickets.file(ticket).path, replace),
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
    importModel: ({ ticket, ...options }) => modelShelf.import(tickets.file(ticket).path, options),
    verifyModel: ({ network }) => modelShelf.verify(network),
    removeModel: ({ network }) => modelShelf.remove(network).then(() => null),
    devices: ({ refresh }) => studio.deviceDesk.list(refresh),
    changeSettings: (changes) => studio.changeSettings(changes),
  }
}
