import type { Context, Hono } from 'hono'

/** Passed on with a request by the shell that received it. */
export interface WebBindings {
  /** Called before the body of an upload is read: over HTTP, the client may wait to be asked for it. */
  readonly askForBody?: () => void
}
export interface WebEnvironment {
  Bindings: WebBindings
}
export type WebContext = Context<WebEnvironment>
export type WebApp = Hono<WebEnvironment>
