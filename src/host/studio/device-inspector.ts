import type { DeviceId, DeviceInfo, DeviceReport } from '../../shared/contract/device.ts'
import { EngineHost, type EngineHostOptions } from '../engine-host.ts'

interface Choice {
  readonly device: DeviceInfo
  readonly notice: string | null
}

/** Finds the devices that this computer can paint on. Each answer holds until they are inspected again. */
export class DeviceInspector {
  readonly #engine: EngineHostOptions
  readonly #painter: Pick<EngineHost, 'call'>
  #list: Promise<DeviceReport[]> | null = null
  readonly #choices = new Map<DeviceId, Promise<Choice>>()

  /** @param engine of its own for each look: a driver that fails, or ends the process, harms nothing else */
  constructor(engine: EngineHostOptions, painter: Pick<EngineHost, 'call'>) {
    this.#engine = engine
    this.#painter = painter
  }

  list(refresh: boolean): Promise<DeviceReport[]> {
    if (refresh) this.#choices.clear()
    if (refresh || this.#list === null) this.#list = evicting(this.#look(), () => (this.#list = null))
    return this.#list
  }

  /** The device that the next job will run on, as the painter itself chooses it. */
  choose(device: DeviceId): Promise<Choice> {
    const known = this.#choices.get(device)
    if (known !== undefined) return known
    const choice = evicting(this.#painter.call('chooseDevice', { device }), () =>
      this.#choices.delete(device),
    )
    this.#choices.set(device, choice)
    return choice
  }

  async #look(): Promise<DeviceReport[]> {
    const engine = new EngineHost(this.#engine)
    try {
      return await engine.call('devices', {})
    } finally {
      await engine.close()
    }
  }
}

/** A failure is not remembered: the next who asks tries again. */
function evicting<T>(promise: Promise<T>, evict: () => void): Promise<T> {
  promise.catch(evict)
  return promise
}
