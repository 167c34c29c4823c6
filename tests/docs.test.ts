import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { guideText } from '../scripts/guide/guide-text.ts'
import { writeNotices } from '../scripts/package/notices.ts'
import { root } from '../scripts/package/root.ts'
import { run } from './cli/pastiche.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

/** Text outside of code, where links are links. */
const prose = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  )
}

// Taken by `npm run screenshots`, which needs a quiet computer.
const studioPictures = join('docs', 'images', 'studio')
const hasStudioPictures = existsSync(join(root, studioPictures))
if (!hasStudioPictures)
  process.stderr.write('SKIPPED: pictures of the studio: `npm run screenshots` takes them.\n')

describe.each(documents)('%s', (path) => {
  it('links to what is there', () => {
    const text = read(path)
    const targets = [
      ...[...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!),
      ...[...text.matchAll(/\b(?:src|srcset)="([^"]+)"/g)].map(([, target]) => target!),
    ].filter((target) => !/^(https?|mailto):/.test(target))
    for (const target of targets) {
      const [file = '', anchor] = target.split('#')
      const place = file === '' ? path : join(dirname(path), decodeURIComponent(file))
      if (!hasStudioPictures && place.startsWith(studioPictures)) continue
      expect(existsSync(join(root, place)), `${target} in ${path}`).toBe(true)
      if (anchor !== undefined) expect(anchorsOf(read(place)), target).toContain(anchor)
    }
  })
})

describe('what scripts write', () => {
  it('is as the schema and the lock file have it now: npm run guide, npm run licences', async () => {
    expect(read('docs/user-guide.md')).toBe(await guideText(read('docs/user-guide.md'), root))
    const notices = join(root, 'THIRD_PARTY_NOTICES.md')
    const written = writeNotices(readFileSync(notices, 'utf8'), root)
    const options = { ...(await resolveConfig(notices)), filepath: notices }
    expect(readFileSync(notices, 'utf8')).toBe(await format(written, options))
  })

  it('is not too large for pictures', () => {
    const folder = join(root, 'docs', 'images', 'guide')
    const bytes = readdirSync(folder).reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0)
    expect(bytes).toBeLessThan(2e6)
  })
})

/** Lines of code blocks that are commands, as people would paste them, without what is said of them. */
function commandsOf(path: string): string[] {
  const text = read(path)
  const fenced = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block]) => block!.split('\n'))
  const indented = text.split('\n').filter((line) => line.startsWith('    '))
  return [...fenced, ...indented]
    .map(
      (line) =>
        line
          .trim()
          .replace(/\s+#\s.*$/, '')
          .split(/\s{3,}/)[0]!,
    )
    .flatMap((line) => line.split(' && '))
    .map((line) => line.replace(/^npx pastiche /, 'pastiche ').trim())
    .filter((line) => /^(npm|npx|pastiche|node|gh|ssh|sha256sum|git) /.test(line))
}

const commands = [...new Set(documents.flatMap(commandsOf))].sort()

/** The test that runs each command, or why none here can. */
const proofs: readonly (readonly [RegExp, { readonly test: string } | { readonly needs: string }])[] = [
  [/^npm ci$/, { test: '.ci/run' }],
  [/^npm test$/, { test: '.ci/run' }],
  [/^npm run check$/, { test: '.ci/run' }],
  [/^npm run fuzz/, { test: '.ci/run' }],
  [/^npm run demo$/, { test: 'tests/docs.test.ts' }],
  [/^npm start$/, { test: 'tests/bin/start.test.ts' }],
  [/^npm run dev/, { test: 'tests/bin/dev.test.ts' }],
  [/^npm run pack:check$/, { test: 'tests/electron/packed.test.ts' }],
  [/^npm run licences$/, { test: 'tests/workflows.test.ts' }],
  [/^npm run guide$/, { test: 'tests/docs.test.ts' }],
  [/^npm run icons$/, { test: 'tests/package/icons.test.ts' }],
  [/^sha256sum /, { test: 'tests/workflows.test.ts' }],
  [/^npx vitest run/, { test: '.ci/run' }],
  [/^pastiche stylize /, { test: 'tests/cli/stylize.test.ts' }],
  [/^pastiche (models|devices)/, { test: 'tests/cli/models.test.ts' }],
  [/^pastiche presets/, { test: 'tests/presets' }],
  [/^pastiche serve/, { test: 'tests/server/serve.test.ts' }],
  [/^npm run distil/, { test: 'tests/training/distil.test.ts' }],
  [/^npx tsx training\/export-compact\.ts/, { test: 'tests/training/distil.test.ts' }],
  [/^npm run bench/, { needs: 'a quiet computer' }],
  [/^npm run screenshots$/, { needs: 'a quiet computer' }],
  [/^npm run setup:cuda$/, { needs: 'an NVIDIA GPU and a connection' }],
  [/^npm run (weights|package)/, { needs: 'a connection' }],
  [/^gh /, { needs: 'a release' }],
]

describe('commands of the documents', () => {
  it('are found', () => {
    expect(commands.length).toBeGreaterThan(30)
  })

  it.each(commands)('%s is run by a test, or needs what is not here', (command) => {
    const found = proofs.find(([pattern]) => pattern.test(command))
    expect(found, `Say in tests/docs.test.ts which test runs "${command}".`).toBeDefined()
    const [, proof] = found!
    if ('test' in proof) expect(existsSync(join(root, proof.test))).toBe(true)
  })

  it('are scripts of package.json, where npm is to run them', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: object }
    for (const command of commands) {
      const [, name] = /^npm run (?:--silent )?([\w:]+)/.exec(command) ?? []
      if (name !== undefined) expect(scripts).toHaveProperty([name])
    }
  })
})

describe('options of the documents', () => {
  const helps = new Map<string, string>()
  const ours = commands.filter((command) => command.startsWith('pastiche '))
  const nameOf = (command: string): string => {
    const [, first, second = ''] = command.split(' ')
    return first === 'models' || first === 'presets' ? `${first} ${second}` : first!
  }
  beforeAll(async () => {
    for (const name of new Set(ours.map(nameOf))) {
      const { code, stdout } = await run([...name.split(' '), '--help'], { cwd: root, home: '/nowhere' })
      expect(code, name).toBe(0)
      helps.set(name, stdout)
    }
  }, 120_000)

  it.each(ours)('%s', (command) => {
    for (const [option] of command.matchAll(/--[a-z][\w-]*/g))
      expect(helps.get(nameOf(command))).toContain(option)
  })
})

it('npm run demo paints, and prints where', async () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  expect(scripts['demo']).toBe('node bin/pastiche.mjs demo')
  const home = mkdtempSync(join(tmpdir(), 'pastiche-demo-'))
  try {
    const { code, stdout } = await run(['demo'], { cwd: home })
    expect(code).toBe(0)
    const { width, format: kind } = await sharp(stdout.trim()).metadata()
    expect([width, kind]).toEqual([512, 'png'])
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}, 300_000)
