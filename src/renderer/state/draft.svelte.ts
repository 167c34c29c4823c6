import type { DeviceId } from '../../shared/contract/device.ts'
import type { PictureEdit } from '../../shared/contract/job.ts'
import type { Parameters, PartialParameters } from '../../shared/contract/parameters.ts'
import { overridePreset } from '../../shared/contract/preset.ts'
import type { Draft, JobRequest, OpenDraft, Picture, StudioPreset } from '../../shared/contract/studio.ts'
import { mergeParameters } from '../../shared/merge-parameters.ts'

export interface DraftStyle {
  /** Key of this entry: the same picture may be added twice. */
  readonly key: number
  readonly picture: Picture
  readonly weight: number
  readonly edit: PictureEdit
}

export const mostStyles = 16
const noEdit: PictureEdit = { quarterTurns: 0, crop: null }

let lastKey = 0
function styleOf(picture: Picture): DraftStyle {
  return { key: ++lastKey, picture, weight: 1, edit: noEdit }
}

/** Pictures and parameters of the next job, exactly as the page shows them. */
export class DraftState {
  content = $state.raw<Picture | null>(null)
  styles = $state.raw<readonly DraftStyle[]>([])
  initPicture = $state.raw<Picture | null>(null)
  presetId = $state<string | null>(null)
  /** Changes by the user, on top of the preset. */
  own = $state.raw<PartialParameters>({})
  device = $state<DeviceId>('auto')

  readonly preset = $derived.by(() => this.#presets().find(({ id }) => id === this.presetId) ?? null)
  /** As if nothing had been changed. */
  readonly recipe: Parameters = $derived(mergeParameters({}, this.preset?.parameters))
  readonly parameters: Parameters = $derived(mergeParameters(this.own, this.preset?.parameters))
  readonly isModified = $derived(Object.keys(this.own).length > 0)

  readonly #presets: () => readonly StudioPreset[]
  readonly #onChange: () => void

  constructor(presets: () => readonly StudioPreset[], onChange: () => void) {
    this.#presets = presets
    this.#onChange = onChange
  }

  /** Takes a whole draft: that of the last time, or of a result. */
  load({ content, styles, initPicture, preset, own, device }: OpenDraft): void {
    this.content = content
    this.styles = styles.map((style) => ({ ...style, key: ++lastKey }))
    this.initPicture = initPicture
    this.presetId = preset
    this.own = own
    this.device = device
  }

  setContent(picture: Picture | null): void {
    this.content = picture
    this.#onChange()
  }

  setInitPicture(picture: Picture | null): void {
    this.initPicture = picture
    this.#onChange()
  }

  setDevice(device: DeviceId): void {
    this.device = device
    this.#onChange()
  }

  addStyle(picture: Picture): void {
    this.#setStyles([...this.styles, styleOf(picture)].slice(0, mostStyles))
  }

  replaceStyles(pictures: readonly Picture[]): void {
    this.#setStyles(pictures.slice(0, mostStyles).map(styleOf))
  }

  changeStyle(index: number, change: Partial<DraftStyle>): void {
    this.#setStyles(this.styles.map((style, i) => (i === index ? { ...style, ...change } : style)))
  }

  removeStyle(index: number): void {
    this.#setStyles(this.styles.filter((_, i) => i !== index))
  }

  /** Moves a style one place up (-1) or down (1). */
  moveStyle(index: number, by: -1 | 1): void {
    const [moved, met] = [this.styles[index], this.styles[index + by]]
    if (moved === undefined || met === undefined) return
    this.#setStyles(this.styles.map((style) => (style === moved ? met : style === met ? moved : style)))
  }

  #setStyles(styles: readonly DraftStyle[]): void {
    this.styles = styles
    this.#onChange()
  }

  /** Sets a parameter. One that is set to what its recipe says is no change of the user's. */
  set<Name extends keyof Parameters>(name: Name, value: Parameters[Name]): void {
    const { [name]: _, ...others } = this.own
    const isRecipe = JSON.stringify(this.defaultOf(name)) === JSON.stringify(value)
    this.own = isRecipe ? others : { ...others, [name]: value }
    this.#onChange()
  }

  /** Sets several at once. */
  change(changes: PartialParameters): void {
    for (const name of Object.keys(changes) as (keyof Parameters)[]) this.set(name, changes[name]!)
  }

  reset(name: keyof Parameters): void {
    const { [name]: _, ...others } = this.own
    this.own = others
    this.#onChange()
  }

  resetAll(): void {
    this.own = {}
    this.#onChange()
  }

  /** Begins with a preset's parameters; the user's own changes give way, to others if need be. */
  choosePreset(id: string | null, own: PartialParameters = {}): void {
    this.presetId = id
    this.own = own
    this.#onChange()
  }

  /** Takes the preset off the table and leaves all its parameters there, as the user's own. */
  keepWithoutPreset(): void {
    const kept = { ...this.keepable }
    this.presetId = null
    this.own = {}
    this.change(kept)
  }

  /** Parameters of a preset made from this draft. */
  get keepable(): PartialParameters {
    return overridePreset(this.preset?.parameters ?? {}, this.own)
  }

  /** Value of a parameter without the user's changes. */
  defaultOf<Name extends keyof Parameters>(name: Name): Parameters[Name] {
    if (!Object.hasOwn(this.own, name)) return this.parameters[name]
    const { [name]: _, ...others } = this.own
    return mergeParameters(others, this.preset?.parameters)[name]
  }

  /** By tickets, as the host hears it. */
  get draft(): Draft {
    return {
      content: this.content?.ticket ?? null,
      styles: this.styles.map(({ picture, weight, edit }) => ({ picture: picture.ticket, weight, edit })),
      initPicture: this.initPicture?.ticket ?? null,
      preset: this.preset?.id ?? null,
      own: this.own,
      device: this.device,
    }
  }

  /** `null` while something is missing; see `obstacle`. */
  get request(): JobRequest | null {
    const { own: _, content, ...rest } = this.draft
    return content === null || this.obstacle !== null
      ? null
      : { ...rest, content, parameters: this.parameters }
  }

  /** Reason why painting cannot start, in one sentence; null if it can. */
  readonly obstacle = $derived.by(() => {
    if (this.content === null) return 'Add a photo to begin.'
    const { styleWeight, init } = this.parameters
    if (this.styles.length === 0 && (styleWeight > 0 || init === 'style')) return 'Add a style picture.'
    if (styleWeight > 0 && !this.styles.some(({ weight }) => weight > 0))
      return 'Set at least one style weight above 0.'
    if (init === 'picture' && this.initPicture === null) return 'Add a starting picture.'
    return null
  })
}
