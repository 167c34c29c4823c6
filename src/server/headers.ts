import type { ServerResponse } from 'node:http'
import { securityHeaders } from '../shared/security-headers.ts'

/** On every answer, refusals and Node's own complaints included. What a browser may keep says so itself. */
export const answerHeaders: Readonly<Record<string, string>> = {
  ...securityHeaders,
  // Reaches what a content security policy leaves open: WebRTC, early connections and name look-ups. Chromium knows this
  // (https://wicg.github.io/connection-allowlists/), and does not know `webrtc 'block'`, of which it complains.
  'Connection-Allowlist': '(response-origin)',
  'Cache-Control': 'no-store',
}

export function addSecurityHeaders(outgoing: ServerResponse): void {
  for (const [name, value] of Object.entries(answerHeaders)) outgoing.setHeader(name, value)
}
