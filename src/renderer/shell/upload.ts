import { uploadAnswer, uploadPath, type UploadPurpose } from '../../shared/contract/media.ts'
import type { Ticket } from '../../shared/contract/ticket.ts'
import { PasticheError } from '../../shared/errors.ts'

/**
 * Hands a file that the page holds to the host.
 *
 * @throws PasticheError `upload-refused` and what else the host says; `connection-closed`
 */
export async function upload(file: File, purpose: UploadPurpose): Promise<Ticket> {
  const query = new URLSearchParams({ for: purpose, name: file.name })
  let answer: unknown
  try {
    const response = await fetch(`${uploadPath}?${query}`, { method: 'POST', body: file })
    answer = await response.json()
  } catch (cause) {
    throw new PasticheError('connection-closed', `"${file.name}" couldn't be sent to Pastiche.`, { cause })
  }
  const read = uploadAnswer.safeParse(answer)
  if (!read.success)
    throw new PasticheError('malformed-message', `Pastiche sent an unreadable answer about "${file.name}".`)
  if ('error' in read.data) throw PasticheError.fromData(read.data.error)
  return read.data.ticket
}
