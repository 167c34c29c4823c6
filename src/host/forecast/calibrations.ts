import { z } from 'zod'
import { calibration, type Calibration, type ConcreteDeviceId } from '../../shared/contract/engine.ts'
import type { Parameters } from '../../shared/contract/parameters.ts'
import type { EngineHost } from '../engine-host.ts'
import { readPlainText } from '../files/plain-file.ts'
import { writePrivateFile } from '../files/private-files.ts'
import { setAside } from '../files/set-aside.ts'

const entry = z.object({
  calibration,
  /** How much longer jobs really took than was foretold, from those that were done. */
  correction: z.number().positive(),
})
const book = z.object({
  schema: z.literal(1),
  /** By version, device, network and threads. */
  entries: z.record(z.string().max(128), entry),
})
type Entry = z.infer<typeof entry>

export interface CalibrationKey {
  readonly device: ConcreteDeviceId
  readonly threads: number
  readonly parameters: Parameters
}

/** How fast this machine was found to be, remembered for each device and network. */
export class Calibrations {
  readonly #path: string
  readonly #appVersion: string
  #entries: Readonly<Record<string, Entry>> = {}
  readonly #measuring = new Map<string, Promise<Calibration>>()

  /** @param path of a file that may be lost at any time */
  constructor(path: string, appVersion: string) {
    this.#path = path
    this.#appVersion = appVersion
  }

  /** Never throws: a book that cannot be read is set aside, and begun again. */
  async open(): Promise<void> {
    this.#entries = {}
    try {
      const text = await readPlainText(this.#path)
      if (text !== null) this.#entries = book.parse(JSON.parse(text)).entries
    } catch {
      await setAside(this.#path)
    }
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
    void this.#write()
  }

  async #write(): Promise<void> {
    try {
      await writePrivateFile(this.#path, JSON.stringify({ schema: 1, entries: this.#entries }))
    } catch {
      // It is measured again.
    }
  }

  #nameOf({ device, threads, parameters: { network } }: CalibrationKey): string {
    return `${this.#appVersion}/${device}/${network}/${threads}`
  }
}
