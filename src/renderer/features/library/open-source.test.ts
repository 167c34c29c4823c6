import { expect, it } from 'vitest'
import text from '../../../../package.json?raw'
import { openSourceParts } from './open-source.ts'

const manifest = JSON.parse(text) as {
  dependencies: Record<string, string>
}

it.each(Object.keys(manifest.dependencies))('%s, which ships with Pastiche, is thanked', (dependency) => {
  expect(openSourceParts.flatMap(({ packages }) => packages)).toContain(dependency)
})
