import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { WebApp } from '../host/web/context.ts'

/**
 * Hands HTTP requests to the web application.
 *
 * @param uploadStallMs how long an upload may stand still before its connection is destroyed
 */
export function httpListener(app: WebApp, uploadStallMs: number): RequestListener {
  const answer = getRequestListener(
    (request, env) => {
      const { incoming, outgoing } = env as { incoming: IncomingMessage; outgoing: ServerResponse }
      return app.fetch(request, { askForBody: () => askForBody(incoming, outgoing, uploadStallMs) })
    },
    // Node's own classes stay as they are for the rest of the process.
    { overrideGlobalObjects: false },
  )
  return (incoming, outgoing) => void answer(incoming, outgoing)
}

function askForBody(incoming: IncomingMessage, outgoing: ServerResponse, stallMs: number): void {
  if (incoming.headers.expect !== undefined) outgoing.writeContinue()
  // Node then destroys the connection, which ends the upload.
  incoming.setTimeout(stallMs)
  incoming.once('end', () => incoming.setTimeout(0))
}
