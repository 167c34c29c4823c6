interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

const gapPx = 6
const edgePx = 8

/** Position of a tooltip: below its element, or above if there is no room, and always inside the window. */
export function tooltipPlace(
  anchor: Box,
  tip: { readonly width: number; readonly height: number },
  window: { readonly width: number; readonly height: number },
): { left: number; top: number } {
  const centred = anchor.left + anchor.width / 2 - tip.width / 2
  const left = Math.max(edgePx, Math.min(centred, window.width - tip.width - edgePx))
  const below = anchor.top + anchor.height + gapPx
  const fitsBelow = below + tip.height + edgePx <= window.height
  return { left, top: fitsBelow ? below : Math.max(edgePx, anchor.top - gapPx - tip.height) }
}
