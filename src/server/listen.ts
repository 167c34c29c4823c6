import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PasticheError } from '../shared/errors.ts'
import { bare } from './addresses.ts'

/**
 * Starts to listen, and returns the port.
 *
 * @param port 0 for one that is free
 * @throws PasticheError `port-taken`, `cannot-listen`
 */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException): void => reject(describe(cause, host, port))
    server.once('error', fail)
    server.listen({ host: bare(host), port }, () => {
      server.off('error', fail)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function describe(cause: NodeJS.ErrnoException, host: string, port: number): PasticheError {
  const { code = '', message } = cause
  if (code === 'EADDRINUSE')
    return new PasticheError('port-taken', `Port ${port} is already in use by another program.`, { cause })
  if (code === 'EACCES') {
    const hint = 'Choose a port above 1023 with --port.'
    return new PasticheError('cannot-listen', `This system does not allow the use of port ${port}.`, {
      hint,
      cause,
    })
  }
  const isForeign = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'].includes(code)
  const what = isForeign
    ? `${host} is not an address of this computer.`
    : `Could not listen on ${host}: ${message}.`
  return new PasticheError('cannot-listen', what, { cause })
}
