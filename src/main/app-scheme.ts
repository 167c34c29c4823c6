import { protocol } from 'electron'
import type { Protocol } from 'electron'
import { createWebApp, type WebAppOptions } from '../host/web/app.ts'
import { appOrigin, appScheme, isOwnAddress } from './origin.ts'

/** Set by the browser, not by the page; absent where the browser itself asks. Missing in the types of `Request`. */
type InitiatedRequest = Request & { readonly initiatorOrigin?: string }

/** Must be called before the app is ready. The scheme has the rights of https, and no more. */
export function registerAppScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true }
  protocol.registerSchemesAsPrivileged([{ scheme: appScheme, privileges }])
}

/** Answers the scheme's requests with the studio's web application, once the app is ready. */
export function serveAppScheme(
  handler: Pick<Protocol, 'handle'>,
  options: Omit<WebAppOptions, 'isTrusted'>,
): void {
  const app = createWebApp({ ...options, isTrusted: isFromOwnPage })
  handler.handle(appScheme, async (request) => app.fetch(request, {}))
}

/** Only the page itself may upload; the browser of its own accord only reads, which needs no initiator. */
function isFromOwnPage(request: InitiatedRequest): boolean {
  const { initiatorOrigin: initiator, method, url } = request
  if (!isOwnAddress(url)) return false
  return initiator === undefined ? method !== 'POST' : initiator === appOrigin
}
