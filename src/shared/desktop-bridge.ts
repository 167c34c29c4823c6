/** The preload script of the desktop app puts this into the page, and nothing else. Messages are plain JSON values. */
export interface DesktopBridge {
  /** Opens the page's one line to the main process; one that is open already is closed. */
  connect(
    onMessage: (message: unknown) => void,
    onClose: () => void,
  ): { send(message: unknown): void; close(): void }
  /** Ticket of a file on the disk that was dropped or picked; null for a file that exists in the page alone. */
  ticketFor(file: unknown): Promise<string | null>
}

/** The channels between preload script and main process. */
export const bridgeChannels = {
  /**
   * Page → main: `{ line, open: true }`, `{ line, message }` or `{ line, close: true }`. Main → page: the last two. `line` is a
   * name that the preload script makes up for each: what is meant for one that is over, or for that of a document which the
   * window has left since, reaches no other.
   */
  line: 'pastiche:line',
  /** Page → main, answered: the path of a dropped file, for a ticket. */
  grant: 'pastiche:grant',
} as const
