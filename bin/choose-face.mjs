import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { clearTimeout, setTimeout } from 'node:timers'
import { findElectron } from './find-electron.mjs'

/** About 130 MB, on a slow line. */
const fetchTimeoutMs = 15 * 60_000

/**
 * Chooses what `npm start` starts: Electron, fetched once where it is not here yet, or else the studio in a browser, and why.
 *
 * @param {string} root of the clone
 * @returns {Promise<{ electron: string } | { whyNot: string }>}
 */
export async function chooseFace(root, { env = process.env, platform = process.platform, say } = {}) {
  if (!hasDisplay(env, platform)) return { whyNot: 'there is no display here' }
  const here = findElectron(root, env)
  if (here !== null) return { electron: here }
  if (isOffline(env))
    return { whyNot: 'Electron itself is not here yet, and PASTICHE_OFFLINE forbids to fetch it' }
  say?.('Fetching Electron, once…')
  const problem = await fetchElectron(root, env)
  const fetched = findElectron(root, env)
  if (fetched !== null) return { electron: fetched }
  return { whyNot: `Electron itself is not here and could not be fetched (${problem})` }
}

/** Elsewhere than on Linux there always is one, or the start of Electron will tell. */
export function hasDisplay(env, platform) {
  return platform !== 'linux' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])
}

/** As the app itself reads it. */
function isOffline(env) {
  return !['', '0', 'false', 'no'].includes((env['PASTICHE_OFFLINE'] ?? '').trim().toLowerCase())
}

/** Runs Electron's own installer, which checks what it fetches. Resolves with one line about what went wrong. */
function fetchElectron(root, env) {
  const installer = join(root, 'node_modules', 'electron', 'install.js')
  return new Promise((resolve) => {
    let said = ''
    const child = spawn(process.execPath, [installer], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    const timer = setTimeout(() => child.kill(), fetchTimeoutMs)
    child.stderr.setEncoding('utf8').on('data', (text) => (said += text))
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve(firstProblem(said) ?? `its installer ended with ${code ?? 'a signal'}`)
    })
  })
}

function firstProblem(said) {
  const line = said.split('\n').find((candidate) => /error/i.test(candidate))
  return line?.replace(/^\s*\w*Error:\s*/, '').trim() ?? null
}
