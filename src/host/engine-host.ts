import type { EventData, EventName, Input, MethodName, Output } from '../shared/contract/define.ts'
import type { EngineContract } from '../shared/contract/engine.ts'
import type { CancelSignal } from '../shared/rpc/cancel-signal.ts'
import type { Off } from '../shared/rpc/transport.ts'
import type { Spawner } from './worker-process.ts'

export interface EngineHostOptions {
  readonly spawn: Spawner
  /** Must be the worker's own, or the handshake fails with `engine-mismatch`. */
  readonly appVersion: string
  /** From the start of the process to the end of the handshake. Default 30 000. */
  readonly startTimeoutMs?: number
  /** Silence of the worker, while something is awaited from it, that counts as a hang. Default 120 000. */
  readonly hangTimeoutMs?: number
  /** What `close` gives a running job to save its picture, and then the worker to leave. Default 10 000. */
  readonly closeTimeoutMs?: number
}

/** The engine as the application sees it: a worker process that is started on first use and restarted after a crash. */
export class EngineHost {
  constructor(options: EngineHostOptions) {
    void options
  }

  call<M extends MethodName<EngineContract>>(
    method: M,
    input: Input<EngineContract, M>,
    options: { signal?: CancelSignal } = {},
  ): Promise<Output<EngineContract, M>> {
    void [method, input, options]
    throw new Error('not written yet')
  }

  on<E extends EventName<EngineContract>>(
    event: E,
    listener: (data: EventData<EngineContract, E>) => void,
  ): Off {
    void [event, listener]
    throw new Error('not written yet')
  }

  close(): Promise<void> {
    throw new Error('not written yet')
  }
}
