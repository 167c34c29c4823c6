import type { MediaRequest, UploadPurpose } from '../../shared/contract/media.ts'
import type { MenuCommand, StudioJob, StudioSettings } from '../../shared/contract/studio.ts'
import type { Ticket } from '../../shared/contract/ticket.ts'
import type { Off, Transport } from '../../shared/rpc/transport.ts'
import type { NamedFile } from './gallery/source-copies.ts'
import type { StudioShell } from './shell.ts'

/** A file for a page: what the address of a picture means. */
export interface MediaFile {
  readonly path: string
  readonly contentType: string
  /** The name to save it under; null where the page shows it. */
  readonly downloadName: string | null
}

export interface UploadRequest {
  readonly purpose: UploadPurpose
  /** As the page calls it: shown to people, never part of a path. */
  readonly name: string
  readonly body: AsyncIterable<Uint8Array>
}

/** A page that a shell has connected. */
export interface StudioPage {
  /** Does what a menu of the shell asks for. */
  command(command: MenuCommand): void
  /** Files that the system opened with the app. @param paths absolute */
  opened(paths: readonly string[]): void
  /** Idempotent. */
  close(): void
}

/** The studio without a face: what a shell, Electron's or the browser's, needs of the host. */
export interface StudioService {
  /** Serves the studio contract to one page. It ends when the line closes. */
  connect(transport: Transport, shell: StudioShell): StudioPage
  /**
   * A ticket for a file that a person gave by a drop, a dialog or the command line; never for a path that a page made up.
   *
   * @param path absolute
   */
  grant(path: string): Ticket
  /**
   * Keeps the bytes of a file that exists in a page alone.
   *
   * @throws PasticheError `upload-refused` past the limit of its purpose, `disk-full`, `output-not-writable`
   */
  upload(request: UploadRequest): Promise<Ticket>
  /** @throws PasticheError `unknown-ticket`, `not-a-picture` and its like, `file-not-found` */
  media(request: MediaRequest): Promise<MediaFile>
  readonly jobs: readonly StudioJob[]
  readonly settings: StudioSettings
  /** Called with each change, at most ten times a second while a job is at work. */
  onJobs(listener: (jobs: readonly StudioJob[]) => void): Off
  onSettings(listener: (settings: StudioSettings) => void): Off
  /** Pictures that were used lately, newest first. */
  recentFiles(): readonly NamedFile[]
  /** Sets the job at work aside, to go on with later, and ends everything else. Idempotent; never rejects. */
  close(): Promise<void>
}
