import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { notesOf, versionOfTag } from '../scripts/package/changelog.ts'
import { root } from '../scripts/package/root.ts'

interface Step {
  readonly id?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly 'timeout-minutes'?: number
  readonly steps: readonly Step[]
}
interface Workflow {
  readonly permissions?: object
  readonly concurrency?: Readonly<Record<string, unknown>>
  readonly jobs: Readonly<Record<string, Job>>
}

const folder = join(root, '.github', 'workflows')
const workflows = readdirSync(folder).map((name) => {
  const text = readFileSync(join(folder, name), 'utf8')
  return { name, text, workflow: parse(text) as Workflow }
})
const jobs = workflows.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ title: `${name}: ${id}`, job })),
)
const release = workflows.find(({ name }) => name === 'release.yml')!.workflow

describe.each(workflows)('the workflow $name', ({ text, workflow }) => {
  it('gives no permission to all jobs, and one run makes way for the next', () => {
    expect(workflow.permissions).toEqual({})
    expect(workflow.concurrency).toHaveProperty('group')
    expect(workflow.concurrency).toHaveProperty('cancel-in-progress')
  })

  it('pins every action to a commit, and says which version that is', () => {
    const uses = text.split('\n').filter((line) => /^\s*(- )?uses:/.test(line))
    expect(uses.length).toBeGreaterThan(0)
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it('puts nothing that others write into a command', () => {
    for (const { steps } of Object.values(workflow.jobs))
      for (const { run = '' } of steps) expect(run).not.toMatch(/\$\{\{/)
  })
})

describe.each(jobs)('the job $title', ({ job }) => {
  it('ends in time, with permissions of its own', () => {
    expect(job['timeout-minutes']).toBeLessThanOrEqual(60)
    expect(job.permissions).toBeDefined()
    expect(job.permissions).not.toHaveProperty('packages')
  })

  it('leaves no token in the clone', () => {
    for (const { uses, with: options } of job.steps)
      if (uses?.startsWith('actions/checkout@')) expect(options?.['persist-credentials']).toBe(false)
  })

  it('runs scripts that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
    for (const { run = '' } of job.steps)
      for (const [, name] of run.matchAll(/npm run (?:--silent )?([\w:]+)/g))
        expect(scripts).toHaveProperty([name!])
  })
})

it('only the job that publishes may write', () => {
  const writing = jobs.filter(({ job }) => Object.values(job.permissions ?? {}).includes('write'))
  expect(writing.map(({ title }) => title)).toEqual(['release.yml: publish'])
  expect(release.jobs['publish']!.permissions).toEqual({
    contents: 'write',
    'id-token': 'write',
    attestations: 'write',
  })
})

describe('the steps of a release that need nothing but the clone', () => {
  const releaseDir = mkdtempSync(join(tmpdir(), 'pastiche-release-'))
  afterAll(() => rmSync(releaseDir, { recursive: true, force: true }))
  const steps = Object.values(release.jobs)
    .flatMap((job) => job.steps)
    .filter(({ id }) => id?.startsWith('local-'))
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const isPossible = spawnSync('bash', ['-c', 'command -v sha256sum']).status === 0
  if (!isPossible)
    process.stderr.write('SKIPPED: steps of the release: there is no bash with sha256sum here.\n')

  it.skipIf(!isPossible)(
    'run, in their order',
    () => {
      expect(steps.map(({ id }) => id)).toEqual([
        'local-tag',
        'local-sbom',
        'local-licences',
        'local-checksums',
      ])
      // A release's folder lies in out/, so does what its steps leave beside it.
      const release = join(releaseDir, 'out')
      for (const { run } of steps) {
        const done = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', run!], {
          cwd: root,
          encoding: 'utf8',
          env: { ...process.env, GITHUB_REF_NAME: `v${version}`, RELEASE_DIR: release },
        })
        expect(done.stderr.replace(/^npm warn.*$/gm, '').trim()).toBe('')
        expect(done.status).toBe(0)
      }
      const inside = JSON.parse(readFileSync(join(release, 'pastiche.cdx.json'), 'utf8')) as {
        components: { name: string }[]
      }
      const names = inside.components.map(({ name }) => name)
      expect(names).toContain('onnxruntime-node')
      expect(names).not.toContain('vitest')
      expect(readFileSync(join(release, 'SHA256SUMS'), 'utf8')).toMatch(
        /^[0-9a-f]{64} {2}licences\.txt\n[0-9a-f]{64} {2}pastiche\.cdx\.json\n$/,
      )
      expect(existsSync(join(release, 'licences.txt'))).toBe(true)
    },
    120_000,
  )
})

describe('tags and notes', () => {
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\n- later\n\n## [1.2.0] - 2027-01-01\n\n### Added\n\n- this\n\n## [1.1.0]\n\n- before\n'

  it('are those of the version', () => {
    expect(versionOfTag('v1.2.0', '1.2.0')).toBe('1.2.0')
    expect(() => versionOfTag('v1.2.1', '1.2.0')).toThrow('Expected the tag v1.2.0')
    expect(notesOf(changelog, '1.2.0')).toBe('### Added\n\n- this')
    expect(notesOf(changelog, '1.1.0')).toBe('- before')
    expect(() => notesOf(changelog, '1.3.0')).toThrow('found none')
  })
})

// The judge of workflows is a program in Go: where it is installed, it is asked.
const actionlint = process.env['ACTIONLINT'] ?? 'actionlint'
const hasActionlint = spawnSync(actionlint, ['-version']).status === 0
if (!hasActionlint)
  process.stderr.write('SKIPPED: workflows by actionlint, which is not here (set ACTIONLINT to its path).\n')
it.skipIf(!hasActionlint)('actionlint finds nothing wrong', () => {
  const { stdout } = spawnSync(actionlint, ['-no-color'], { cwd: root, encoding: 'utf8' })
  expect(stdout).toBe('')
})
