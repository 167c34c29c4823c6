/** Takes a listener off again. Calling it twice is harmless. */
export type Off = () => void

/**
 * A line to one other side: whole messages, in order, both ways. Messages are plain JSON values.
 * A closed line stays closed. What comes before the first message listener is kept for it.
 */
export interface Transport {
  /** Sends nothing, silently, once the line is closed: `onClose` tells of that. Throws on what JSON cannot hold. */
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): Off
  /**
   * Calls `listener` once, whichever side closed; soon, where the line has closed already.
   * `reason` says why, where the line knows.
   */
  onClose(listener: (reason: Error | null) => void): Off
  /** Idempotent. */
  close(): void
}
