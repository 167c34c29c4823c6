import { networkRecipes, parameters, type Parameters } from '../../../shared/contract/parameters.ts'
import type { Recipe } from '../../../shared/contract/recipe.ts'
import { describeNumber } from '../../../shared/describe-schema.ts'
import { mergeParameters } from '../../../shared/merge-parameters.ts'
import { groupFields } from '../../../shared/methods/parameter-fields.ts'
import { formatDuration } from '../../ui/format.ts'
import { describeValue } from '../parameters/describe-value.ts'
import { fieldOf } from '../parameters/fields.ts'
import { longDate, networkName, networkNames } from './result-text.ts'

export interface Fact {
  readonly name: string
  readonly value: string
  /** A checksum: shown short, copied whole. */
  readonly hash?: string
}

export interface FactGroup {
  readonly title: string
  readonly facts: readonly Fact[]
}

/** A recipe without its pictures and parameters, as people read it. */
export function recipeGroups(recipe: Recipe): readonly FactGroup[] {
  return [
    { title: 'Painted', facts: paintedFacts(recipe) },
    { title: 'Network', facts: networkFacts(recipe) },
    { title: 'Final loss', facts: lossFacts(recipe) },
    { title: 'Changed while painting', facts: changeFacts(recipe) },
  ].filter(({ facts }) => facts.length > 0)
}

function paintedFacts(recipe: Recipe): Fact[] {
  const { createdAt, preset, device, threads, doneSteps, totalSteps, elapsedMs, appVersion } = recipe
  const steps =
    doneSteps === totalSteps ? String(totalSteps) : `${doneSteps} of ${totalSteps} (stopped early)`
  return [
    { name: 'When', value: longDate(createdAt) },
    { name: 'Preset', value: preset === null ? 'None' : preset.name + (preset.modified ? ', modified' : '') },
    { name: 'Seed', value: String(recipe.parameters.seed) },
    { name: 'Steps', value: steps },
    { name: 'Time', value: formatDuration(elapsedMs) },
    { name: 'Device', value: device.name },
    { name: 'CPU threads', value: threads === 0 ? 'One per core' : String(threads) },
    { name: 'App version', value: appVersion },
  ]
}

function networkFacts({ retired, weights: { network, origin, dataSha256 } }: Recipe): Fact[] {
  if (retired !== null)
    return [
      { name: 'Network', value: networkName(null) },
      { name: 'Now painted with', value: networkNames[network] },
    ]
  return [
    { name: 'Network', value: networkNames[network] },
    { name: 'Weights', value: origin },
    ...(dataSha256 === null
      ? []
      : [{ name: 'SHA-256 of the weights', value: shortHash(dataSha256), hash: dataSha256 }]),
  ]
}

function lossFacts({ loss }: Recipe): Fact[] {
  if (loss === null) return []
  const names = { total: 'Total', content: 'Content', style: 'Style', variation: 'Smoothness' } as const
  return Object.entries(names).map(([part, name]) => ({
    name,
    value: describeNumber(Number(loss[part as keyof typeof names].toPrecision(4))),
  }))
}

function changeFacts({ changes }: Recipe): Fact[] {
  return changes.map(({ totalStep, weights }) => ({
    name: `Step ${totalStep}`,
    value: Object.entries(weights)
      .map(([name, value]) => {
        // The names of weights are names of parameters.
        const parameter = name as keyof typeof weights
        return `${fieldOf(parameter).title} ${describeValue(parameter, value)}`
      })
      .join(', '),
  }))
}

/** "9f86d081…0a08" */
export function shortHash(hash: string): string {
  return `${hash.slice(0, 8)}…${hash.slice(-4)}`
}

export interface ParameterRow {
  readonly name: keyof Parameters
  readonly title: string
  readonly value: string
  /** Default for the network, if different. */
  readonly usual: string | null
}

/** Every parameter, in the groups of the panel; what differs from the recipe of the network says so. */
export function parameterRows(given: Parameters): readonly ParameterRow[] {
  const usual = mergeParameters({ network: given.network, ...networkRecipes[given.network] })
  return groupFields(parameters).flatMap(({ fields }) =>
    fields.map(({ name, title }) => {
      const value = describeValue(name, given[name])
      const expected = describeValue(name, usual[name])
      return { name, title, value, usual: isSame(given[name], usual[name]) ? null : expected }
    }),
  )
}

function isSame(a: unknown, b: unknown): boolean {
  const sorted = (value: unknown): unknown =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.entries(value).sort(([x], [y]) => x.localeCompare(y))
      : value
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}
