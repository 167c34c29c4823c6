import type { Attachment } from 'svelte/attachments'

/**
 * An `<img>` that changes from picture to picture without a gap: the one before stays until the next is decoded, which
 * the browser does beside the page's own work.
 *
 * @param onBroken told where a picture cannot be shown, and again (`false`) once one can
 */
export function decoded(src: string, onBroken: (broken: boolean) => void): Attachment<HTMLImageElement> {
  return (img) => {
    let wanted = true
    const next = new Image()
    next.src = src
    void next.decode().then(
      () => {
        if (!wanted) return
        img.src = src
        onBroken(false)
      },
      () => {
        if (wanted) onBroken(!img.hasAttribute('src'))
      },
    )
    return () => {
      wanted = false
    }
  }
}
