import { aProgress } from '../../../tests/support/job-values.ts'
import type { EventData, EventName, EventsOf } from '../../shared/contract/define.ts'
import type { StudioContract, StudioJob } from '../../shared/contract/studio.ts'
import { mergeParameters } from '../../shared/merge-parameters.ts'
import { Topics } from '../../shared/rpc/topics.ts'
import type { Off } from '../../shared/rpc/transport.ts'
import type { Connection } from './connection.svelte.ts'

/** Stands in for a line to the host, in tests: answers as it is told, and says what was asked. */
export class FakeConnection {
  readonly calls: { readonly method: string; readonly input: unknown }[] = []
  /** By method; what is not there is answered with null. */
  answers: Record<string, unknown> = {}
  readonly #events = new Topics<EventsOf<StudioContract>>()

  on<E extends EventName<StudioContract>>(
    event: E,
    listener: (data: EventsOf<StudioContract>[E]) => void,
  ): Off {
    return this.#events.on(event, listener)
  }

  call(method: string, input: unknown): Promise<unknown> {
    this.calls.push({ method, input })
    return Promise.resolve(this.answers[method] ?? null)
  }

  emit<E extends EventName<StudioContract>>(event: E, data: EventsOf<StudioContract>[E]): void {
    this.#events.emit(event, data)
  }

  inputsOf(method: string): unknown[] {
    return this.calls.filter((call) => call.method === method).map(({ input }) => input)
  }

  get connection(): Connection {
    return this as unknown as Connection
  }
}

let count = 0

/** A job as the host tells of it. */
export function fakeJob(status: StudioJob['status'], changes: Partial<StudioJob> = {}): StudioJob {
  count += 1
  return {
    id: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
    name: `Job ${count}`,
    status,
    plan: null,
    content: 'photo',
    styles: [],
    preset: null,
    parameters: mergeParameters({}),
    notices: [],
    canGoOn: false,
    ...changes,
  }
}

export const atWork = { state: 'running', progress: null, device: null } as const

export function fakeProgress(totalStep: number): EventData<StudioContract, 'progress'>['progress'] {
  return aProgress(totalStep, { totalSteps: 100 })
}
