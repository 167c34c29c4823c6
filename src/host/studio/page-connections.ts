import { studioContract, type StudioNotice } from '../../shared/contract/studio.ts'
import { serve, type Server } from '../../shared/rpc/server.ts'
import type { Transport } from '../../shared/rpc/transport.ts'
import type { Off } from '../../shared/rpc/transport.ts'
import { studioHandlers } from './handlers/index.ts'
import type { StudioShell } from './shell.ts'
import type { StudioPage } from './studio-service.ts'
import type { StudioParts } from './studio-parts.ts'

type PageServer = Server<typeof studioContract>

const mostPending = 20

/** The connected pages: each is served the contract, and all receive the events. */
export class PageConnections {
  readonly #studio: StudioParts
  readonly #servers = new Set<PageServer>()
  readonly #offs: Off[] = []
  /** Notices that came while no page was connected. */
  #pending: StudioNotice[] = []
  #isClosed = false

  constructor(studio: StudioParts) {
    this.#studio = studio
    this.#listen()
  }

  connect(transport: Transport, shell: StudioShell): StudioPage {
    const page = {}
    const { queue, tickets } = this.#studio
    const handlers = studioHandlers({
      studio: this.#studio,
      shell,
      takeNotices: () => this.#takePending(),
      watch: (jobId) => queue.watch(page, jobId, (preview) => server.emit('preview', preview)),
    })
    const server = serve(studioContract, transport, handlers)
    if (this.#isClosed) server.close()
    else this.#servers.add(server)
    transport.onClose(() => {
      this.#servers.delete(server)
      queue.watch(page, null, () => undefined)
    })
    return {
      command: (command) => server.emit('command', command),
      opened: (paths) => {
        const files = paths.map((path) => this.#studio.grant(path))
        server.emit(
          'opened',
          files.map((ticket) => ({ ticket, name: tickets.file(ticket).name })),
        )
      },
      close: () => server.close(),
    }
  }

  notify(notice: StudioNotice): void {
    if (this.#servers.size > 0) this.#each((server) => server.emit('notice', notice))
    else this.#pending = [...this.#pending, notice].slice(-mostPending)
  }

  /** Lines that connect later are closed at once. */
  close(): void {
    this.#isClosed = true
    for (const off of this.#offs) off()
    this.#each((server) => server.close())
    this.#servers.clear()
  }

  #takePending(): StudioNotice[] {
    const notices = this.#pending
    this.#pending = []
    return notices
  }

  #listen(): void {
    const { queue, gallery, presetService, modelService } = this.#studio
    this.#offs.push(
      queue.onChange(() => this.#each((server) => server.emit('jobs', queue.jobs))),
      queue.onProgress((news) => this.#each((server) => server.emit('progress', news))),
      gallery.on((change) => this.#each((server) => server.emit('gallery', change))),
      presetService.onChange((presets) => this.#each((server) => server.emit('presets', presets))),
      modelService.onChange((models) => this.#each((server) => server.emit('models', models))),
      this.#studio.onSettings((settings) => this.#each((server) => server.emit('settings', settings))),
    )
  }

  #each(tell: (server: PageServer) => void): void {
    for (const server of [...this.#servers]) tell(server)
  }
}
