import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { openDispatcher, type Environment } from './models/proxies.ts'
import { trimEnd } from '../shared/trim-ends.ts'

export type UpdateAnswer =
  | { readonly state: 'newest' }
  /** `version` has been released since. */
  | { readonly state: 'newer'; readonly version: string }
  | { readonly state: 'failed'; readonly reason: string }

const timeoutMs = 15_000
const packageFacts = z.looseObject({ homepage: z.string().optional() })

/**
 * The page of releases that this copy comes from; null where it knows of none, as a clone does. PASTICHE_RELEASES_URL names another.
 */
export async function releasesPage(packageRoot: string, env: Environment): Promise<string | null> {
  const named = env['PASTICHE_RELEASES_URL']?.trim() ?? ''
  if (named !== '') return isWeb(named) ? trimEnd(named, '/') : null
  const { homepage } = packageFacts.parse(
    JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')),
  )
  return homepage !== undefined && isWeb(homepage) ? `${trimEnd(homepage, '/')}/releases` : null
}

/**
 * Asks once, where the newest release is, and compares. Tells the server nothing but that somebody asks. Only when a person wants it;
 * whether connections are allowed, the caller knows. Never rejects.
 *
 * @param page of releases: its `latest` leads to `tag/v1.2.3`, as on GitHub
 */
export async function checkUpdates(page: string, version: string, env: Environment): Promise<UpdateAnswer> {
  try {
    const { request } = await import('undici')
    const dispatcher = await openDispatcher(env)
    const options = {
      dispatcher,
      signal: AbortSignal.timeout(timeoutMs),
      headers: { 'user-agent': 'pastiche' },
    }
    const { statusCode, headers, body } = await request(`${page}/latest`, options)
    await body.dump()
    const place = typeof headers['location'] === 'string' ? headers['location'] : ''
    const [, latest] = /\/tag\/v(\d+\.\d+\.\d+)$/.exec(place) ?? []
    if (latest === undefined)
      return { state: 'failed', reason: `its answer was ${statusCode}, without a version` }
    return isNewer(latest, version) ? { state: 'newer', version: latest } : { state: 'newest' }
  } catch (thrown) {
    return { state: 'failed', reason: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}

/** By its three numbers; a version of this copy that is none of a release counts as what comes before its dash. */
function isNewer(latest: string, own: string): boolean {
  const [a, b] = [latest, own].map((text) => text.split('-')[0]!.split('.').map(Number)) as [
    number[],
    number[],
  ]
  const place = a.findIndex((number, index) => number !== b[index])
  return place >= 0 && a[place]! > (b[place] ?? 0)
}

function isWeb(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)
}
