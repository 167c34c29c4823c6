import type { Component } from 'svelte'
import type { ParameterName } from './fields.ts'
import NetworkNote from './NetworkNote.svelte'
import SeedDice from './SeedDice.svelte'
import StartPicture from './StartPicture.svelte'

/** Extra controls below a parameter, to download or choose something. */
export const below: Readonly<Partial<Record<ParameterName, Component>>> = {
  network: NetworkNote,
  init: StartPicture,
}

/** Extra controls to the right of a number. */
export const beside: Readonly<Partial<Record<ParameterName, Component>>> = { seed: SeedDice }
