import type { IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron'
import { appOrigin } from './origin.ts'

/**
 * True for a message from the studio's own page: its window, the main frame, and the origin that it still has. A frame
 * that has navigated away or gone is null, or throws when it is read.
 */
export function isFromOwnPage(
  event: Pick<IpcMainEvent | IpcMainInvokeEvent, 'sender' | 'senderFrame'>,
  page: WebContents,
): boolean {
  try {
    const { sender, senderFrame } = event
    if (sender !== page || senderFrame === null) return false
    return senderFrame.parent === null && senderFrame.origin === appOrigin
  } catch {
    return false
  }
}
