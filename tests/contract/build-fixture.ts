import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/** Bundles a fixture into one plain file, which starts many times as fast as its sources. Returns the file's path. */
export async function buildFixture(source: URL): Promise<string> {
  const sourceFile = fileURLToPath(source)
  const outDir = await mkdtemp(join(tmpdir(), 'pastiche-fixture-'))
  await build({
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: sourceFile,
      target: 'node20',
      outDir,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: { output: { entryFileNames: '[name].mjs' } },
    },
  })
  return join(outDir, `${basename(sourceFile, '.ts')}.mjs`)
}

export function removeFixture(file: string): Promise<void> {
  return rm(dirname(file), { recursive: true, force: true })
}
