import type { StudioContract } from '../../../shared/contract/studio.ts'
import type { Handlers } from '../../../shared/rpc/server.ts'
import { jobHandlers } from './job-handlers.ts'
import { libraryHandlers } from './library-handlers.ts'
import type { PageContext } from './page-context.ts'
import { pictureHandlers } from './picture-handlers.ts'
import { resultHandlers } from './result-handlers.ts'

/** The studio's answers to one page, method by method. */
export function studioHandlers(page: PageContext): Handlers<StudioContract> {
  return { ...pictureHandlers(page), ...jobHandlers(page), ...resultHandlers(page), ...libraryHandlers(page) }
}
