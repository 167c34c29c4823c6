import type { UploadPurpose } from '../../../shared/contract/media.ts'
import type { Ticket } from '../../../shared/contract/ticket.ts'
import { chooseFiles } from '../../shell/choose-files.ts'
import { failed, type StudioState } from '../../state/studio.svelte.ts'

/** Asks for one file, by the system's dialog or the browser's. Null where none was picked, or the user was told why not. */
export async function pickFile(
  studio: StudioState,
  what: Exclude<UploadPurpose, 'picture'>,
): Promise<Ticket | null> {
  if (studio.shell.hasDialogs) {
    const picked = await studio.attempt(() => studio.connection.call('pick', { what, multiple: false }))
    return picked === failed ? null : (picked[0]?.ticket ?? null)
  }
  const [file] = await chooseFiles(what, false)
  if (file === undefined) return null
  const ticket = await studio.attempt(() => studio.ticketFor(file, what))
  return ticket === failed ? null : ticket
}
