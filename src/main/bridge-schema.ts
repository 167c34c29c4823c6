import { isAbsolute } from 'node:path'
import { z } from 'zod'

const line = z.string().min(1).max(64)

/** Messages of a page on `bridgeChannels.line`. */
export const lineMessage = z.union([
  z.strictObject({ line, open: z.literal(true) }),
  z.strictObject({ line, message: z.unknown() }),
  z.strictObject({ line, close: z.literal(true) }),
])

/** A path on `bridgeChannels.grant`. Paths longer than any system allows are refused unread. */
export const grantedPath = z
  .string()
  .max(32_768)
  .refine((path) => isAbsolute(path) && !path.includes('\0'), {
    error: 'This is not the absolute path of a file.',
  })

/** Far above any call of the studio: files do not come this way. */
const longestMessage = 2 ** 20

/**
 * A message as plain JSON, whatever Electron's structured clone has let through; undefined where it is none, or far too long.
 * The rpc server answers that as it answers any message that it cannot read.
 */
export function readAsJson(message: unknown): unknown {
  try {
    const text = JSON.stringify(message) as string | undefined
    return text === undefined || text.length > longestMessage ? undefined : (JSON.parse(text) as unknown)
  } catch {
    return undefined
  }
}
