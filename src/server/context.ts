import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/** What Hono's handlers know of Node beside the request. */
export interface ServerEnvironment {
  Bindings: HttpBindings
}
export type ServerContext = Context<ServerEnvironment>
