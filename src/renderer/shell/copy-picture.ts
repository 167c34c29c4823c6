import { PasticheError } from '../../shared/errors.ts'

/** Puts a PNG picture on the clipboard of the browser. Only after a click or a key, and on a page that it trusts. */
export async function copyPicture(url: string): Promise<void> {
  try {
    // As a promise, because a browser forgets the click while the picture loads.
    const png = fetch(url).then((response) => response.blob())
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })])
  } catch (cause) {
    throw new PasticheError('not-here', 'The browser blocked access to the clipboard.', {
      hint: 'Save the picture instead.',
      cause,
    })
  }
}
