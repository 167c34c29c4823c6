import type { ServerResponse } from 'node:http'
import { webHeaders } from '../host/web/app.ts'

/** On every answer, refusals and Node's own complaints included. */
export const answerHeaders: Readonly<Record<string, string>> = {
  ...webHeaders,
  // Restricts what a content security policy leaves open: WebRTC, early connections and name look-ups. Chromium knows this header
  // (https://wicg.github.io/connection-allowlists/); it does not know `webrtc 'block'`, and complains of it.
  'Connection-Allowlist': '(response-origin)',
}

export function addSecurityHeaders(outgoing: ServerResponse): void {
  for (const [name, value] of Object.entries(answerHeaders)) outgoing.setHeader(name, value)
}
