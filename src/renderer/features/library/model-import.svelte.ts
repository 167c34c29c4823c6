import type { PublishedNetworkId, WeightFamily } from '../../../shared/contract/models.ts'
import type { Ticket } from '../../../shared/contract/ticket.ts'
import { PasticheError } from '../../../shared/errors.ts'
import type { StudioState } from '../../state/studio.svelte.ts'
import { pickFile } from './pick-file.ts'

/** Taking in a weights file: it is read, and where it is no published one the user decides. */
export type ImportStep =
  | { readonly kind: 'idle' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'unverified'; readonly ticket: Ticket; readonly message: string }
  | { readonly kind: 'imported'; readonly network: PublishedNetworkId; readonly message: string }

export class ModelImportState {
  step = $state.raw<ImportStep>({ kind: 'idle' })
  /** `null`: as detected from the file. */
  family = $state<WeightFamily | null>(null)
  readonly #studio: StudioState

  constructor(studio: StudioState) {
    this.#studio = studio
  }

  async start(): Promise<void> {
    const ticket = await pickFile(this.#studio, 'weights')
    if (ticket === null) return
    this.family = null
    await this.#take(ticket, false)
  }

  async allow(): Promise<void> {
    if (this.step.kind === 'unverified') await this.#take(this.step.ticket, true)
  }

  cancel(): void {
    this.step = { kind: 'idle' }
  }

  /** Sets the imported network for the next painting. */
  use(): void {
    if (this.step.kind === 'imported') this.#studio.draft.set('network', this.step.network)
    this.cancel()
  }

  async #take(ticket: Ticket, allowUnverified: boolean): Promise<void> {
    this.step = { kind: 'reading' }
    try {
      const { found, network } = await this.#studio.library.importModel(ticket, {
        family: this.family,
        allowUnverified,
      })
      this.step = { kind: 'imported', network, message: found }
    } catch (thrown) {
      const error = PasticheError.from(thrown)
      if (error.code === 'weights-unverified') {
        this.step = { kind: 'unverified', ticket, message: error.message }
        return
      }
      this.#studio.toasts.error(error)
      this.step = { kind: 'idle' }
    }
  }
}
