import { PasticheError } from '../../../src/shared/errors.ts'
import type { MediaRequest } from '../../../src/shared/contract/media.ts'
import type { StudioSettings } from '../../../src/shared/contract/studio.ts'
import type { Ticket } from '../../../src/shared/contract/ticket.ts'
import type { Transport } from '../../../src/shared/rpc/transport.ts'
import type {
  MediaFile,
  StudioPage,
  StudioService,
  StudioShell,
  UploadRequest,
} from '../../../src/host/index.ts'
import { serveProbe } from '../../contract/fixtures/probe-contract.ts'

export interface ReceivedUpload {
  readonly purpose: string
  readonly name: string
  bytes: number
  /** The error with which it ended, where it did not end well. */
  error: unknown
  readonly ended: Promise<void>
}

export const uploadTicket = 'upload_ticket_AAAAAAAA'

/** A studio that serves the probe contract to its pages and remembers what a server asks of it. */
export class FakeStudio implements StudioService {
  readonly jobs = []
  readonly settings: StudioSettings = { offline: false, theme: 'system', threads: 0, notify: true }
  readonly media_: MediaRequest[] = []
  readonly files = new Map<Ticket, MediaFile>()
  readonly uploads: ReceivedUpload[] = []
  readonly lines: Transport[] = []
  readonly shells: StudioShell[] = []
  /** How many pages have gone. */
  gone = 0
  /** How a page is served; a test may put another way here. */
  onConnect: (transport: Transport) => void = serveProbe

  connect(transport: Transport, shell: StudioShell): StudioPage {
    this.lines.push(transport)
    this.shells.push(shell)
    transport.onClose(() => this.gone++)
    this.onConnect(transport)
    return { command: () => undefined, opened: () => undefined, close: () => transport.close() }
  }

  grant(): Ticket {
    throw new Error('A server grants nothing.')
  }

  async upload({ purpose, name, body }: UploadRequest): Promise<Ticket> {
    let end = (): void => undefined
    const ended = new Promise<void>((resolve) => (end = resolve))
    const received: ReceivedUpload = { purpose, name, bytes: 0, error: null, ended }
    this.uploads.push(received)
    try {
      for await (const chunk of body) received.bytes += chunk.length
      return uploadTicket
    } catch (error) {
      received.error = error
      throw error
    } finally {
      end()
    }
  }

  media(request: MediaRequest): Promise<MediaFile> {
    this.media_.push(request)
    const file = this.files.get(request.ticket)
    if (file !== undefined) return Promise.resolve(file)
    return Promise.reject(new PasticheError('unknown-ticket', 'Expected a file that this studio knows.'))
  }

  onJobs(): () => void {
    return () => undefined
  }

  onSettings(): () => void {
    return () => undefined
  }

  recentFiles(): [] {
    return []
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}
