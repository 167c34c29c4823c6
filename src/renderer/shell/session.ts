import { sessionPath } from '../../shared/contract/session.ts'

/** How long to wait for a host that takes the question and does not answer. */
const patienceMs = 5000

/**
 * True if the host answers, and does not know this browser's session: it was restarted. A socket that is refused does not tell. False where
 * nobody answers.
 */
export async function isSessionOver(): Promise<boolean> {
  try {
    const { status } = await fetch(sessionPath, {
      cache: 'no-store',
      signal: AbortSignal.timeout(patienceMs),
    })
    return status === 403
  } catch {
    return false
  }
}
