import { PasticheError } from '../../../shared/errors.ts'

/** Puts text on the clipboard. Only after a click or a key. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch (cause) {
    throw new PasticheError('not-here', 'The browser blocked access to the clipboard.', { cause })
  }
}
