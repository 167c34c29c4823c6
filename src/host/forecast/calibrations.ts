import { z } from 'zod'
import { calibration, type Calibration } from '../../shared/contract/engine.ts'
import { type ConcreteDeviceId } from '../../shared/contract/device.ts'
import type { Parameters } from '../../shared/contract/parameters.ts'
import type { EngineHost } from '../engine-host.ts'
import { defineDocument } from '../../shared/documents/define-document.ts'
import { JsonFile } from '../files/json-file.ts'

const entry = z.object({
  calibration,
  /** How much longer jobs really took than was foretold, from those that were done. */
  correction: z.number().positive(),
})
export const calibrationsDocument = defineDocument({
  name: 'calibrations',
  /** By version, device, network and threads. */
  schema: z.object({ entries: z.record(z.string().max(128), entry) }),
  migrations: [],
  collection: 'entries',
})
type Entry = z.infer<typeof entry>

export interface CalibrationKey {
  readonly device: ConcreteDeviceId
  readonly threads: number
  readonly parameters: Parameters
}

/** How fast this machine was found to be, remembered for each device and network. */
export class Calibrations {
  readonly #file: JsonFile<{ entries: Record<string, Entry> }>
  readonly #appVersion: string
  #entries: Readonly<Record<string, Entry>> = {}
  readonly #measuring = new Map<string, Promise<Calibration>>()

  /** @param path of a file that may be lost at any time */
  constructor(path: string, appVersion: string) {
    this.#file = new JsonFile(path, calibrationsDocument)
    this.#appVersion = appVersion
  }

  /** Never throws: what cannot be read is set aside, and measured again. */
  async open(): Promise<void> {
    const { value } = await this.#file.open()
    this.#entries = value?.entries ?? {}
  }

  /** Stored calibration; null if nothing was measured yet. */
  known(key: CalibrationKey): Entry | null {
    return this.#entries[this.#nameOf(key)] ?? null
  }

  /**
   * Stored calibration, measured first if need be.
   *
   * @param engine that does nothing else meanwhile: it would measure its own load
   */
  async get(key: CalibrationKey, engine: Pick<EngineHost, 'call'>): Promise<Entry> {
    const known = this.known(key)
    if (known !== null) return known
    const name = this.#nameOf(key)
    const measuring = this.#measuring.get(name) ?? engine.call('calibrate', { ...key })
    this.#measuring.set(name, measuring)
    try {
      const measured = { calibration: await measuring, correction: 1 }
      this.#remember(name, measured)
      return measured
    } finally {
      this.#measuring.delete(name)
    }
  }

  /** Takes the measure of a job that was done; the newest has half the weight. */
  learn(key: CalibrationKey, foretoldMs: number, tookMs: number): void {
    const known = this.known(key)
    if (known === null || foretoldMs <= 0 || tookMs <= 0) return
    const ratio = Math.min(5, Math.max(0.2, tookMs / foretoldMs))
    this.#remember(this.#nameOf(key), { ...known, correction: Math.sqrt(known.correction * ratio) })
  }

  #remember(name: string, found: Entry): void {
    this.#entries = { ...this.#entries, [name]: found }
    // Another Pastiche may have measured meanwhile. What cannot be written is measured again.
    const write = this.#file.update(({ value }) => ({ entries: { ...value?.entries, [name]: found } }))
    void write.catch(() => undefined)
  }

  #nameOf({ device, threads, parameters: { network } }: CalibrationKey): string {
    return `${this.#appVersion}/${device}/${network}/${threads}`
  }
}
