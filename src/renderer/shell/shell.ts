import type { UploadPurpose } from '../../shared/contract/media.ts'
import type { Ticket } from '../../shared/contract/ticket.ts'
import type { DesktopBridge } from '../../shared/desktop-bridge.ts'
import type { Transport } from '../../shared/rpc/transport.ts'
import { bridgeLine } from './bridge-line.ts'
import { isSessionOver } from './session.ts'
import { upload } from './upload.ts'
import { webSocketLine } from './web-socket-line.ts'

/** The way from this page to the host: through the desktop app's bridge, or to the server that the page came from. */
export interface Shell {
  connect(): Transport
  /** Why no line opens: whether the host answers, but no longer lets this page in. Never rejects. */
  isSignedOut(): Promise<boolean>
  ticketFor(file: File, purpose: UploadPurpose): Promise<Ticket>
}

declare global {
  interface Window {
    /** Put there by the preload script of the desktop app. */
    readonly pastiche?: DesktopBridge
  }
}

export function findShell(): Shell {
  const { pastiche } = window
  return pastiche === undefined ? browserShell() : desktopShell(pastiche)
}

function browserShell(): Shell {
  return {
    connect: () => webSocketLine(new URL('/studio', location.href.replace(/^http/, 'ws')).href),
    isSignedOut: isSessionOver,
    ticketFor: upload,
  }
}

function desktopShell(bridge: DesktopBridge): Shell {
  return {
    connect: () => bridgeLine(bridge),
    isSignedOut: () => Promise.resolve(false),
    // A pasted picture is no file on the disk, so it has no ticket there.
    ticketFor: async (file, purpose) => (await bridge.ticketFor(file)) ?? upload(file, purpose),
  }
}
