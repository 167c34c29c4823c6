import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder of its own for the files of one test file; removed after the last test. */
export function temporaryFolder(): {
  readonly path: string
  file(name: string, content?: Uint8Array | string): string
} {
  const path = mkdtempSync(join(tmpdir(), 'pastiche-test-'))
  afterAll(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }))
  return {
    path,
    file(name, content) {
      const file = join(path, name)
      if (content !== undefined) writeFileSync(file, content)
      return file
    },
  }
}
