import type { Input } from '../../../shared/contract/define.ts'
import type { Parameters } from '../../../shared/contract/parameters.ts'
import { presetFileEnding } from '../../../shared/contract/preset.ts'
import type { StudioContract, StudioNotice, StudioPreset } from '../../../shared/contract/studio.ts'
import { mergeParameters } from '../../../shared/merge-parameters.ts'
import { Listeners } from '../../../shared/rpc/listeners.ts'
import type { Off } from '../../../shared/rpc/transport.ts'
import { idOfName } from '../../presets/preset-names.ts'
import type { Presets, StoredPreset } from '../../presets/presets.ts'
import type { JobOrder } from '../jobs/job-order.ts'

/** The presets as the window shows them. Every page hears of a change that one of them made. */
export class PresetService {
  readonly #presets: Presets
  readonly #listeners = new Listeners<StudioPreset[]>()

  constructor(presets: Presets) {
    this.#presets = presets
  }

  onChange(listener: (presets: StudioPreset[]) => void): Off {
    return this.#listeners.add(listener)
  }

  async list(): Promise<{ presets: StudioPreset[]; notices: StudioNotice[] }> {
    const { presets, problems } = await this.#presets.list()
    const notices = problems.map((message) => ({ level: 'warning' as const, message, hint: null }))
    return { presets: presets.map(toStudioPreset), notices }
  }

  async find(id: string): Promise<StoredPreset | null> {
    const { presets } = await this.#presets.list()
    return presets.find((preset) => preset.id === id) ?? null
  }

  async findByName(name: string): Promise<StoredPreset | null> {
    const { presets } = await this.#presets.list()
    return presets.find((preset) => preset.name === name) ?? null
  }

  /** Entry in a recipe about the preset that a job started with. */
  async nameFor(id: string | null, parameters: Parameters): Promise<JobOrder['preset']> {
    if (id === null) return null
    const preset = await this.find(id)
    if (preset === null) return null
    const untouched = mergeParameters({}, preset.parameters)
    return { name: preset.name, modified: JSON.stringify(untouched) !== JSON.stringify(parameters) }
  }

  /** @throws PasticheError `preset-exists` and as `Presets.save` */
  async save({
    name,
    description,
    parameters,
    base,
    replace,
  }: Input<StudioContract, 'savePreset'>): Promise<StudioPreset> {
    const origin = base === null ? undefined : await this.#presets.get(base).catch(() => undefined)
    const request = { name, description, parameters, ...(origin === undefined ? {} : { base: origin }) }
    const { preset } = await this.#presets.save(request, { replace })
    return this.#changed(preset)
  }

  async rename(id: string, name: string): Promise<StudioPreset> {
    return this.#changed(await this.#presets.rename(id, name))
  }

  async remove(id: string): Promise<void> {
    await this.#presets.remove((await this.#presets.get(id)).name)
    await this.#tell()
  }

  async import(path: string, replace: boolean): Promise<StudioPreset> {
    const { preset } = await this.#presets.import(path, { replace })
    return this.#changed(preset)
  }

  /** The file to hand on. */
  async export(id: string): Promise<{ fileName: string; text: string }> {
    const { name } = await this.#presets.get(id)
    const { text } = await this.#presets.export(name)
    // Not by its id, which is that of its first name.
    return { fileName: `${idOfName(name, () => false)}${presetFileEnding}`, text }
  }

  async #changed(preset: StoredPreset): Promise<StudioPreset> {
    await this.#tell()
    return toStudioPreset(preset)
  }

  async #tell(): Promise<void> {
    const { presets } = await this.list()
    this.#listeners.fire(presets)
  }
}

function toStudioPreset(preset: StoredPreset): StudioPreset {
  const { id, name, description, builtIn, weightFamily, parameters, notices } = preset
  return { id, name, description, builtIn, weightFamily, parameters, notices: [...notices] }
}
