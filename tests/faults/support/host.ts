import { openStudio, smallRequest } from './open-studio.ts'

/** A host of its own process: opens the studio of a home folder, begins a job, and tells each of its steps. */
const open = await openStudio(process.argv[2]!)
open.page.on(
  'progress',
  ({
    progress: {
      detail: { totalStep },
    },
  }) => process.send!(totalStep),
)
await open.page.call('start', smallRequest(open.opened))
