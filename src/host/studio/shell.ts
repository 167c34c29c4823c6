import type { ShellFacts } from '../../shared/contract/studio.ts'
import type { UploadPurpose } from '../../shared/contract/media.ts'

/** What a shell does for the studio that the host cannot: the system's dialogs, its file manager, its clipboard. */
export interface StudioShell {
  readonly facts: ShellFacts
  /** Absent where `facts.hasDialogs` is false. */
  readonly desk?: {
    /** Absolute paths; none where the dialog was closed. */
    pick(what: UploadPurpose, multiple: boolean): Promise<string[]>
    /** Where to save a file; null where the dialog was closed. */
    pickTarget(suggestedName: string): Promise<string | null>
    reveal(path: string): Promise<void>
    /** @param path of a PNG file */
    copyPicture(path: string): Promise<void>
  }
}
