import { EventEmitter } from 'node:events'
import type { Session } from 'electron'
import { readiness } from './readiness.ts'

export type SchemeHandler = (request: Request) => Response | Promise<Response>

export class StandInProtocol {
  readonly schemes = new Map<string, Electron.Privileges>()
  readonly handlers = new Map<string, SchemeHandler>()

  registerSchemesAsPrivileged(schemes: Electron.CustomScheme[]): void {
    readiness.only('before', 'protocol.registerSchemesAsPrivileged')
    for (const { scheme, privileges } of schemes) this.schemes.set(scheme, privileges ?? {})
  }

  handle(scheme: string, handler: SchemeHandler): void {
    readiness.only('after', 'protocol.handle')
    if (this.handlers.has(scheme)) throw new Error(`The scheme ${scheme} is handled already.`)
    this.handlers.set(scheme, handler)
  }
}

type Decide = (answer: { cancel?: boolean }) => void

/** Settings that the app has given the session, for the stand-in's window to obey and for tests to ask. */
export class StandInSession extends EventEmitter {
  readonly protocol: StandInProtocol
  permissionRequestHandler: Parameters<Session['setPermissionRequestHandler']>[0] = null
  permissionCheckHandler: Parameters<Session['setPermissionCheckHandler']>[0] = null
  devicePermissionHandler: Parameters<Session['setDevicePermissionHandler']>[0] = null
  displayMediaHandler: Parameters<Session['setDisplayMediaRequestHandler']>[0] = null
  beforeRequest: ((request: { url: string }, decide: Decide) => void) | null = null
  readonly webRequest = {
    onBeforeRequest: (listener: (request: { url: string }, decide: Decide) => void): void => {
      this.beforeRequest = listener
    },
  }

  constructor(protocol: StandInProtocol) {
    super()
    this.protocol = protocol
  }

  setPermissionRequestHandler(handler: StandInSession['permissionRequestHandler']): void {
    this.permissionRequestHandler = handler
  }

  setPermissionCheckHandler(handler: StandInSession['permissionCheckHandler']): void {
    this.permissionCheckHandler = handler
  }

  setDevicePermissionHandler(handler: StandInSession['devicePermissionHandler']): void {
    this.devicePermissionHandler = handler
  }

  setDisplayMediaRequestHandler(handler: StandInSession['displayMediaHandler']): void {
    this.displayMediaHandler = handler
  }

  /** True if the app lets a request go out. */
  allows(url: string): Promise<boolean> {
    const { beforeRequest } = this
    if (beforeRequest === null) return Promise.resolve(true)
    return new Promise((resolve) => beforeRequest({ url }, ({ cancel }) => resolve(cancel !== true)))
  }
}
