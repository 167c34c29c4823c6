import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { modelManifest, type ModelEntry } from '../../src/shared/contract/models.ts'
import { shippedDependencies, type Dependency } from './dependencies.ts'

const licenceFile = /^(licen[cs]e|copying|notice)/i
const packageFacts = z.looseObject({
  author: z.union([z.string(), z.looseObject({ name: z.string() })]).optional(),
})
const line = '='.repeat(80)

/** The licence of Pastiche, of all that a package on this machine has inside, and of the weights: what people may read and lawyers ask for. */
export function licenceTexts(root: string): string {
  const here = shippedDependencies(root).filter(({ path }) => existsSync(join(root, path)))
  const sections = [
    section('Pastiche', readFileSync(join(root, 'LICENSE'), 'utf8')),
    section('Weights of networks', weightsText(root)),
    ...here.map((dependency) => section(titleOf(dependency), textOf(root, dependency))),
    ...['Apache-2.0', 'LGPL-3.0', 'GPL-3.0'].map((name) =>
      section(name, readFileSync(join(root, 'build', 'licences', `${name}.txt`), 'utf8')),
    ),
  ]
  return `${sections.join('\n\n')}\n`
}

/** A table of the same for those who read the sources, the same on every machine. */
export function noticesTable(root: string): string {
  const rows = shippedDependencies(root).map(
    ({ name, version, licence, isOptional }) =>
      `| ${name} | ${version} | ${licence.startsWith('SEE') ? 'its own (NIST, permissive)' : licence} | ${isOptional ? 'its platform' : 'all'} |`,
  )
  const head = ['| package | version | licence | in packages of |', '| --- | --- | --- | --- |']
  return [...head, ...rows].join('\n')
}

/** Who made the weights that Pastiche can get, and on which terms: from the manifest. */
export function weightsTable(root: string): string {
  const rows = modelsOf(root).map(
    ({ name, licence, attribution }) => `| ${name} | [${licence.name}](${licence.url}) | ${attribution} |`,
  )
  return ['| weights | licence | by whom |', '| --- | --- | --- |', ...rows].join('\n')
}

function modelsOf(root: string): readonly ModelEntry[] {
  return modelManifest.parse(JSON.parse(readFileSync(join(root, 'resources', 'models.json'), 'utf8'))).models
}

function weightsText(root: string): string {
  return modelsOf(root)
    .map(({ name, licence, attribution }) => `${name}\n${attribution}\n${licence.name}: ${licence.url}`)
    .join('\n\n')
}

function section(title: string, text: string): string {
  return `${line}\n${title}\n${line}\n\n${text.replaceAll('\r\n', '\n').trim()}`
}

function titleOf({ name, version, licence }: Dependency): string {
  return `${name} ${version} (${licence})`
}

function textOf(root: string, { path, licence }: Dependency): string {
  const folder = join(root, path)
  const names = readdirSync(folder).filter((name) => licenceFile.test(name))
  if (names.length > 0) return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n\n')
  const { author } = packageFacts.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  const by = author === undefined ? '' : ` Copyright: ${typeof author === 'string' ? author : author.name}.`
  const where = licence.includes('MIT')
    ? 'Its terms are those of Pastiche, above.'
    : 'Its text is at the end of this file.'
  return `Its publisher gives no text but the name of its licence: ${licence}.${by} ${where}`
}
