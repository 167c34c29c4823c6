import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { pageFilePath, readPageFile } from './page-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'pastiche-page-'))
const root = join(folder, 'renderer')
mkdirSync(join(root, 'assets'), { recursive: true })
writeFileSync(join(root, 'index.html'), '<!doctype html>')
writeFileSync(join(root, 'assets', 'a.js'), 'export {}')
writeFileSync(join(root, 'secret.key'), 'x')
writeFileSync(join(folder, 'outside.html'), 'outside')
afterAll(() => rmSync(folder, { recursive: true }))

describe('the files of the page', () => {
  it('are found by their address, the page itself at the root', async () => {
    expect((await readPageFile(root, '/'))?.contentType).toBe('text/html; charset=utf-8')
    expect((await readPageFile(root, '/assets/a.js'))?.contentType).toBe('text/javascript; charset=utf-8')
  })

  it.each(['/none.html', '/assets', '/secret.key', '/index', '', '/%', '/index.html%00.js', '/C:/x.html'])(
    'do not include %j',
    async (pathname) => {
      expect(await readPageFile(root, pathname)).toBeNull()
    },
  )

  it.each(['/../outside.html', '/%2e%2e/outside.html', '/..%2foutside.html', '/..%5coutside.html'])(
    'are never reached from outside by %s',
    async (pathname) => {
      expect(await readPageFile(root, pathname)).toBeNull()
    },
  )

  it('lie within their folder, whatever the address', () => {
    const part = fc.constantFrom('..', '.', '%2e%2e', '%2f', '%5c', '/', '\\', 'assets', 'a.js', '%00', ':')
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 8 }), (parts) => {
        const path = pageFilePath(root, `/${parts.join('/')}`)
        expect(path?.startsWith(root + sep) ?? true).toBe(true)
      }),
    )
  })
})
