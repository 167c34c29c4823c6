import type { Picture } from '../../../shared/contract/studio.ts'
import type { Ticket } from '../../../shared/contract/ticket.ts'
import type { EngineHost } from '../../engine-host.ts'
import { byName, shortName } from '../file-names.ts'
import type { NamedFile } from '../gallery/source-copies.ts'
import type { Tickets } from '../tickets.ts'
import { toPicture, type KnownPicture } from './known-picture.ts'

/** Looks at pictures, and remembers what it saw. */
export class PictureInspector {
  readonly #tools: Pick<EngineHost, 'call'>
  readonly #tickets: Tickets
  readonly #known = new Map<string, KnownPicture>()

  constructor(tools: Pick<EngineHost, 'call'>, tickets: Tickets) {
    this.#tools = tools
    this.#tickets = tickets
  }

  /** Pictures whose facts are known from elsewhere. */
  add(pictures: Iterable<KnownPicture>): void {
    for (const picture of pictures) this.#known.set(picture.path, picture)
  }

  show(picture: KnownPicture): Picture {
    return toPicture(picture, this.#tickets)
  }

  /** Returns null where nobody has inspected it yet, or its ticket is not of this studio. */
  find(ticket: Ticket): KnownPicture | null {
    return this.#tickets.has(ticket) ? (this.#known.get(this.#tickets.file(ticket).path) ?? null) : null
  }

  /** @throws PasticheError `unknown-ticket`, `not-a-picture` and its like, told by the name that people know */
  async inspect(ticket: Ticket): Promise<KnownPicture> {
    return this.look(this.#tickets.file(ticket))
  }

  async look({ path, name }: NamedFile): Promise<KnownPicture> {
    try {
      const facts = await this.#tools.call('inspectPicture', { path })
      const picture = { ...facts, path, name: shortName(name) }
      this.#known.set(path, picture)
      return picture
    } catch (thrown) {
      throw byName(thrown, { path, name })
    }
  }
}
