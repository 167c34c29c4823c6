import type { StudioContract, StudioNotice } from '../../../shared/contract/studio.ts'
import type { Handlers } from '../../../shared/rpc/server.ts'
import type { StudioShell } from '../shell.ts'
import type { StudioParts } from '../studio-parts.ts'

/** Everything that the answers to one page need. */
export interface PageContext {
  readonly studio: StudioParts
  readonly shell: StudioShell
  /** News from before a page was there; sent once. */
  readonly takeNotices: () => StudioNotice[]
  /** Which job this page looks at. @throws PasticheError `unknown-job` */
  readonly watch: (jobId: string | null) => void
}

/** The answers to some of the contract's methods. */
export type SomeHandlers<M extends keyof StudioContract['methods']> = Pick<Handlers<StudioContract>, M>
