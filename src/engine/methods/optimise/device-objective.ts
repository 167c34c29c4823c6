import type { ConcreteDeviceId } from '../../../shared/contract/device.ts'
import { PasticheError } from '../../../shared/errors.ts'
import type { ObjectiveOptions } from '../../objective/options.ts'
import { ObjectiveSession, type Loss } from '../../objective/session.ts'
import type { ObjectiveSource } from '../../objective/term.ts'
import { onDevice } from '../../runtime/on-device.ts'
import type { SessionOptions } from '../../runtime/ort.ts'
import type { Size } from '../../tensor/size.ts'

/** The objective on a device, and on the CPU from the moment that the device fails: that costs speed, not the picture. */
export class DeviceObjective {
  readonly #source: ObjectiveSource
  readonly #onNotice: (message: string) => void
  #options: Omit<SessionOptions, 'weights'>
  #session: ObjectiveSession | null = null
  #remake: () => Promise<ObjectiveSession> = () => Promise.reject(new Error('There is no objective yet.'))

  constructor(
    source: ObjectiveSource,
    options: Omit<SessionOptions, 'weights'>,
    onNotice: (message: string) => void,
  ) {
    this.#source = source
    this.#options = options
    this.#onNotice = onNotice
  }

  /** Makes what {@link evaluate} needs, unless it is there. @throws PasticheError `device-failed`, `out-of-memory` */
  async prepare(options: ObjectiveOptions, size: Size): Promise<void> {
    if (this.#session) return
    this.#remake = () => ObjectiveSession.create(this.#source, options, size, onDevice(this.#options))
    try {
      this.#session = await this.#remake()
    } catch (thrown) {
      await this.#fallBack(thrown)
    }
  }

  /** As {@link ObjectiveSession.evaluate}, after {@link prepare}. */
  async evaluate(
    canvas: Float32Array,
    options: ObjectiveOptions,
  ): Promise<{ loss: Loss; gradient: Float32Array }> {
    try {
      return await this.#session!.evaluate(canvas, options)
    } catch (thrown) {
      return (await this.#fallBack(thrown)).evaluate(canvas, options)
    }
  }

  async #fallBack(thrown: unknown): Promise<ObjectiveSession> {
    const cpu: ConcreteDeviceId = 'cpu'
    const error = PasticheError.from(thrown)
    if (this.#options.device === cpu || !['device-failed', 'out-of-memory'].includes(error.code)) throw error
    this.#onNotice(`${error.message} The run continues on the CPU.`)
    await this.drop()
    this.#options = { ...this.#options, device: cpu }
    return (this.#session = await this.#remake())
  }

  /** Frees its memory; it may be prepared again. */
  async drop(): Promise<void> {
    const session = this.#session
    this.#session = null
    await session?.dispose()
  }
}
