import { randomBytes } from 'node:crypto'
import type { Ticket } from '../../shared/contract/ticket.ts'
import { PasticheError } from '../../shared/errors.ts'

/** A file that pages know by its ticket. */
export interface TicketedFile {
  readonly path: string
  /** As people know the file; an upload lies under another name. */
  readonly name: string
  /** True if a page may load the file itself, not only a view of it. */
  readonly isOpen: boolean
}

/** Which file each ticket stands for, as long as the app runs. The same file keeps its ticket, so that its address does too. */
export class Tickets {
  readonly #files = new Map<Ticket, TicketedFile>()
  readonly #byPath = new Map<string, Ticket>()

  /** @param file an absolute path that a dialog, a drop, an upload or the app itself has given, never a page */
  give({ path, name, isOpen = false }: Omit<TicketedFile, 'isOpen'> & { isOpen?: boolean }): Ticket {
    const known = this.#byPath.get(path)
    const ticket = known ?? randomBytes(16).toString('base64url')
    // The app may have renamed since what it gives out itself; anything else keeps the name it came with.
    if (known === undefined || isOpen) this.#files.set(ticket, { path, name, isOpen })
    this.#byPath.set(path, ticket)
    return ticket
  }

  has(ticket: Ticket): boolean {
    return this.#files.has(ticket)
  }

  /** @throws PasticheError `unknown-ticket` */
  file(ticket: Ticket): TicketedFile {
    const file = this.#files.get(ticket)
    if (file === undefined) throw new PasticheError('unknown-ticket', 'This studio does not know the file.')
    return file
  }
}
