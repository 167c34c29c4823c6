import type { Zoom } from '../../state/canvas.svelte.ts'

interface Picture {
  readonly widthPx: number
}

/** Zoom and position for pictures of any size: the scale is relative to the width. */
type Look = 'fit' | 'actual' | { readonly widthPx: number; readonly x: number; readonly y: number }

/** Shared zoom: zooming or moving one picture does the same to all. Each stage gets its own view of it. */
export class SharedZoom {
  #look = $state.raw<Look>('fit')

  /** Interface for a stage. @param picture called each time */
  for(picture: () => Picture): { readonly zoom: Zoom; zoomTo(to: Zoom): void } {
    const look = (): Look => this.#look
    return {
      get zoom() {
        const now = look()
        if (typeof now === 'string') return now
        return { scale: now.widthPx / picture().widthPx, x: now.x, y: now.y }
      },
      zoomTo: (to) => {
        this.#look = typeof to === 'string' ? to : { widthPx: to.scale * picture().widthPx, x: to.x, y: to.y }
      },
    }
  }

  zoomTo(to: 'fit' | 'actual'): void {
    this.#look = to
  }
}
