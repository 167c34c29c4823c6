/** Takes a listener off again. Calling it twice is harmless. */
export type Off = () => void

/**
 * A line to one other side: whole messages, in order, both ways. Messages are plain JSON values.
 * A closed line stays closed.
 */
export interface Transport {
  /** Sends nothing, silently, once the line is closed: `onClose` has told so. Throws on what JSON cannot hold. */
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): Off
  /** Told once, whichever side closed. A line that has closed already tells a new listener soon. */
  onClose(listener: (reason?: Error) => void): Off
  /** Idempotent. */
  close(): void
}
