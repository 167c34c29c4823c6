import { app } from 'electron'
import type { Session, WebContents } from 'electron'
import { isOwnAddress } from './origin.ts'

/** The only permission that the studio needs: to copy selected text. */
const allowedPermission = 'clipboard-sanitized-write'

/**
 * Denies every page of a session what the studio does not need. Requests and checks are two doors to the same room, and devices
 * a third.
 */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, grant) => {
    grant(permission === allowedPermission && isOwnAddress(contents.getURL()))
  })
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === allowedPermission && isOwnAddress(origin),
  )
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, grant) => grant(null))
}

/** Enforces the page's own policy from outside, too: nothing leaves this computer, nothing is saved unasked. */
export function denyConnections(session: Session): void {
  session.webRequest.onBeforeRequest((request, decide) => decide({ cancel: !isLocal(request.url) }))
  session.on('will-download', (event) => event.preventDefault())
}

/**
 * Before the app is ready: the window's part of Chromium finds no computer by name or number, whatever its page would try
 * (downloads are the host's, which does not go through it).
 */
export function denyAddresses(): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
}

interface Navigation {
  readonly url: string
  readonly isMainFrame: boolean
  preventDefault(): void
}

/**
 * For every web contents there will ever be: it stays where it is, opens nothing, holds nothing foreign, and reaches nobody by WebRTC,
 * which no request handler hears of.
 */
export function denyNavigation(): void {
  app.on('web-contents-created', (_event, contents) => keepInPlace(contents))
}

function keepInPlace(contents: WebContents): void {
  const stay = (event: Navigation): void => {
    // The studio has no frames inside.
    if (!event.isMainFrame || !isOwnAddress(event.url)) event.preventDefault()
  }
  contents.on('will-navigate', stay)
  contents.on('will-frame-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
}

/** Previews are `blob:`; the tools of a developer, which only an unpackaged app has, load themselves by `devtools:`. */
function isLocal(address: string): boolean {
  return isOwnAddress(address) || /^(blob|data|devtools):/.test(address)
}
