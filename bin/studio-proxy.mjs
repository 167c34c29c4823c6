import { request } from 'node:http'

/** Paths that the studio itself answers; the rest of the page comes from Vite. */
const isForStudio = (url) => /^\/(upload\b|media\/|session$)/.test(url)
const linePath = '/studio'

/**
 * Signs in at an address that `pastiche serve` prints, as the page behind it does.
 *
 * @param {string} address
 * @returns {Promise<{ host: string, cookie: string }>} where to ask, and as whom
 */
export async function enterStudio(address) {
  const { origin, host, searchParams } = new URL(address)
  const authorization = `Bearer ${searchParams.get('token')}`
  const { headers } = await globalThis.fetch(`${origin}/sign-in`, {
    method: 'POST',
    headers: { origin, authorization },
  })
  const cookie = (headers.get('set-cookie') ?? '').split(';')[0]
  if (cookie === '') throw new Error('The studio does not let its own address in.')
  return { host, cookie }
}

/**
 * A plugin of Vite: passes the page's pictures, uploads and line on to a studio, as if they came from its own page.
 *
 * @param {() => { host: string, cookie: string } | null} studio that runs now; null while none does
 */
export function studioProxy(studio) {
  return {
    name: 'studio-proxy',
    configureServer({ middlewares, httpServer }) {
      middlewares.use((incoming, outgoing, next) => {
        if (isForStudio(incoming.url)) passRequest(incoming, outgoing, studio())
        else next()
      })
      httpServer.on('upgrade', (incoming, socket, head) => {
        if (incoming.url === linePath) passLine(incoming, socket, head, studio())
      })
    },
  }
}

function passRequest(incoming, outgoing, at) {
  const none = () => outgoing.writeHead(502).end()
  if (at === null) return none()
  const { method, url } = incoming
  const onward = request(`http://${at.host}${url}`, { method, headers: headersFor(incoming, at) })
  onward.once('response', (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers)
    answer.pipe(outgoing)
  })
  onward.once('error', none)
  incoming.pipe(onward)
}

function passLine(incoming, socket, head, at) {
  socket.on('error', () => undefined)
  if (at === null) return socket.destroy()
  const onward = request(`http://${at.host}${linePath}`, { headers: headersFor(incoming, at) })
  onward.once('upgrade', (answer, line, first) => {
    line.on('error', () => socket.destroy())
    const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`)
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
    if (first.length > 0) socket.write(first)
    if (head.length > 0) line.write(head)
    line.pipe(socket).pipe(line)
    socket.once('close', () => line.destroy())
    line.once('close', () => socket.destroy())
  })
  onward.once('response', () => socket.destroy())
  onward.once('error', () => socket.destroy())
  onward.end()
}

function headersFor({ headers }, { host, cookie }) {
  return { ...headers, host, cookie, ...(headers.origin !== undefined && { origin: `http://${host}` }) }
}
