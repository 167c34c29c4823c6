import type { Transport } from '../../../src/shared/rpc/transport.ts'

/** A kind of line to try: opens one with the probe contract served at its far end. */
export interface Line {
  readonly name: string
  open(): Promise<OpenLine>
  /** After the last line of its kind. */
  tearDown?(): Promise<void>
}

export interface OpenLine {
  readonly near: Transport
  /** Leaves nothing behind, whatever the test did to the line. */
  dispose(): Promise<void>
}
