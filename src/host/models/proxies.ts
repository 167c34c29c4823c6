import type { Dispatcher } from 'undici'
import { PasticheError } from '../../shared/errors.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Dispatcher that follows the environment: direct, or through a proxy (HTTP_PROXY, HTTPS_PROXY,
 * ALL_PROXY, and NO_PROXY for the exceptions; lower case comes first, as in curl). Opens nothing before the first request.
 *
 * @throws PasticheError `invalid-request` for a proxy that is no address
 */
export async function openDispatcher(env: Environment): Promise<Dispatcher> {
  // Imported when it is needed: most commands never open a connection.
  const { EnvHttpProxyAgent } = await import('undici')
  return new EnvHttpProxyAgent({
    httpProxy: proxyOf(env, 'HTTP_PROXY'),
    httpsProxy: proxyOf(env, 'HTTPS_PROXY'),
    noProxy: valueOf(env, 'NO_PROXY'),
    // Plain http through a proxy is asked of the proxy itself; most refuse to CONNECT to anything but https.
    proxyTunnel: false,
    // Each request has limits of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}

function valueOf(env: Environment, name: string): string {
  return (env[name.toLowerCase()] ?? env[name] ?? '').trim()
}

function proxyOf(env: Environment, name: string): string {
  const value = valueOf(env, name) || valueOf(env, 'ALL_PROXY')
  if (value === '') return ''
  const url = value.includes('://') ? value : `http://${value}`
  // The value is not repeated: it may hold a password.
  if (!URL.canParse(url) || !/^(https?|socks5?):/.test(url)) {
    const message = `${name} must be the address of a proxy, such as http://proxy.example:3128.`
    throw new PasticheError('invalid-request', message, {
      hint: `Correct the variable ${name}, or unset it.`,
    })
  }
  return url
}
