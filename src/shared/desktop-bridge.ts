/** Interface that the preload script of the desktop app adds to the page, and nothing else. Messages are plain JSON values. */
export interface DesktopBridge {
  /** Opens the page's one line to the main process; one that is open already is closed. */
  connect(
    onMessage: (message: unknown) => void,
    onClose: () => void,
  ): { send(message: unknown): void; close(): void }
  /** Path of a dropped or picked file on disk; null for a file that exists only in the page. */
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
