import type { Component } from 'svelte'
import type { ParameterName } from './fields.ts'
import NetworkNote from './NetworkNote.svelte'
import SeedDice from './SeedDice.svelte'
import StartPicture from './StartPicture.svelte'

/** What belongs under a parameter: something to fetch, something to choose. */
export const below: Readonly<Partial<Record<ParameterName, Component>>> = {
  network: NetworkNote,
  init: StartPicture,
}

/** What stands at the right of a number. */
export const beside: Readonly<Partial<Record<ParameterName, Component>>> = { seed: SeedDice }
