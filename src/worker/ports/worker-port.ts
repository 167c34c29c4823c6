import type { Transport } from '../../shared/rpc/transport.ts'

/** The line of a worker process to whoever started it. */
export interface WorkerPort extends Transport {
  /** Resolves when everything sent so far has left this process, so that it may exit. Never rejects. */
  flushed(): Promise<void>
}
