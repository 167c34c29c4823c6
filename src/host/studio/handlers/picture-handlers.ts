import { mediaRequest } from '../../../shared/contract/media.ts'
import { toSamplePicture } from '../pictures/samples.ts'
import { deskOf } from '../export.ts'
import type { PageContext, SomeHandlers } from './page-context.ts'

/** Calls about the window's first state and its pictures. */
export function pictureHandlers({
  studio,
  shell,
  takeNotices,
}: PageContext): SomeHandlers<'open' | 'inspect' | 'pick' | 'recent' | 'saveDraft'> {
  const { pictures, draftStore, tickets } = studio
  return {
    open: async () => {
      const { library, weights, presets } = studio.paths
      const listed = await studio.presetService.list()
      return {
        appVersion: studio.appVersion,
        shell: shell.facts,
        settings: studio.settings,
        offlineByEnvironment: studio.offlineByEnvironment,
        folders: { library, weights, presets },
        draft: draftStore.draft,
        jobs: [...studio.jobs],
        presets: listed.presets,
        models: await studio.modelService.list(),
        samples: studio.samples.map((sample) => toSamplePicture(sample, tickets)),
        notices: takeNotices(),
      }
    },
    inspect: async ({ ticket }) => {
      const picture = await pictures.inspect(ticket)
      // A header may promise what is not there. The page shows this view next, so it is made but once.
      await studio.media(mediaRequest.parse({ ticket, sidePx: 1024 }))
      draftStore.use(picture)
      return pictures.show(picture)
    },
    pick: async ({ what, multiple }) => {
      const paths = await deskOf(shell).pick(what, multiple)
      const granted = paths.map((path) => studio.grant(path))
      return granted.map((ticket) => ({ ticket, name: tickets.file(ticket).name }))
    },
    recent: () => draftStore.recent.map((picture) => pictures.show(picture)),
    saveDraft: (draft) => {
      draftStore.lay(draft, (ticket) => pictures.find(ticket))
      return null
    },
  }
}
