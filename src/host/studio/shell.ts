import type { ShellFacts } from '../../shared/contract/studio.ts'
import type { UploadPurpose } from '../../shared/contract/media.ts'

/** The shell's part of the studio, which the host cannot do: the system's dialogs, file manager and clipboard. */
export interface StudioShell {
  readonly facts: ShellFacts
  /** Absent where `facts.hasDialogs` is false. */
  readonly desk?: {
    /** Absolute paths; none where the dialog was closed. */
    pick(what: UploadPurpose, multiple: boolean): Promise<string[]>
    /** Absolute path to save a file at; null where the dialog was closed. */
    pickTarget(suggestedName: string): Promise<string | null>
    reveal(path: string): Promise<void>
    /** @param path of a PNG file */
    copyPicture(path: string): Promise<void>
  }
}
