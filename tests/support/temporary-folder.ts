import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder of its own for the files of one test file; removed after the last test. */
export function temporaryFolder(): {
  readonly path: string
  file(name: string, content?: Uint8Array | string): string
} {
  const path = mkdtempSync(join(tmpdir(), 'pastiche-test-'))
  // Retried, as a write may still be on its way; not synchronously, so that it can end.
  afterAll(() => rm(path, { recursive: true, force: true, maxRetries: 10 }))
  return {
    path,
    file(name, content) {
      const file = join(path, name)
      if (content !== undefined) writeFileSync(file, content)
      return file
    },
  }
}
