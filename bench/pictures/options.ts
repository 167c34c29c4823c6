import { parseArgs } from 'node:util'
import { networkId, partialParameters, type NetworkId } from '../../src/shared/contract/parameters.ts'
import type { PartialParameters } from '../../src/shared/contract/parameters.ts'

export const help = `npm run bench:pictures -- [options]

  --photos LIST      files or folders, separated by commas
  --paintings LIST   the same; without either: ../shared/images and the samples that ship
  --networks LIST    default: compact,vgg16
  --presets LIST     default: pastiche
  --size PX          long side; default: that of the preset
  --set NAME=VALUE   one parameter of every recipe, value as JSON; may be repeated
  --weights FILE     weights of the first network, or NETWORK=FILE; repeat it to compare training checkpoints
  --only TEXT        pairs with this in their name, such as bridge or bridge/starry-night
  --threads N        default: 0, all cores
  --out FOLDER       default: .cache/bench-pictures; a rerun continues from what is there
`

export interface Options {
  readonly photos: readonly string[] | null
  readonly paintings: readonly string[] | null
  readonly networks: readonly NetworkId[]
  readonly presets: readonly string[]
  /** Parameters that replace those of every preset. */
  readonly own: PartialParameters
  readonly weights: readonly { readonly network: NetworkId; readonly path: string }[]
  readonly only: string
  readonly threads: number
  readonly out: string
}

const one = { type: 'string' } as const
const many = { type: 'string', multiple: true, default: [] as string[] } as const

/** @returns null where only the help is wanted */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      photos: one,
      paintings: one,
      networks: { ...one, default: 'compact,vgg16' },
      presets: { ...one, default: 'pastiche' },
      size: one,
      set: many,
      weights: many,
      only: { ...one, default: '' },
      threads: { ...one, default: '0' },
      out: { ...one, default: '.cache/bench-pictures' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  const networks = listOf(values.networks).map(readNetwork)
  return {
    photos: values.photos === undefined ? null : listOf(values.photos),
    paintings: values.paintings === undefined ? null : listOf(values.paintings),
    networks,
    presets: listOf(values.presets),
    own: readOwn(values.set, values.size),
    weights: values.weights.map((text) => readWeights(text, networks[0]!)),
    only: values.only,
    threads: Number(values.threads),
    out: values.out,
  }
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

function readNetwork(text: string): NetworkId {
  const read = networkId.safeParse(text)
  if (read.success) return read.data
  throw new Error(`"${text}" is not a network. Choose from ${networkId.options.join(', ')}.`)
}

function readOwn(assignments: readonly string[], size: string | undefined): PartialParameters {
  const given = assignments.map((text): [string, unknown] => {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? []
    if (name === undefined || value === undefined)
      throw new Error(`--set takes NAME=VALUE, not "${text}". For example: --set steps=100`)
    return [name, readValue(value)]
  })
  const read = partialParameters.safeParse({
    ...(size === undefined ? {} : { sizePx: Number(size) }),
    ...Object.fromEntries(given),
  })
  if (read.success) return read.data
  const { path, message } = read.error.issues[0]!
  throw new Error(`--set ${path.join('.')}: ${message}`)
}

/** Numbers, lists and objects are JSON; a word is a word. */
function readValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function readWeights(text: string, first: NetworkId): Options['weights'][number] {
  const [, name, path] = /^(\w+)=(.+)$/s.exec(text) ?? []
  return name && path ? { network: readNetwork(name), path } : { network: first, path: text }
}
