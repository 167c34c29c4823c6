import type { Zoom } from '../../state/canvas.svelte.ts'

interface Picture {
  readonly widthPx: number
}

/** How far in and where, for pictures of any size: the scale counts for one that is a pixel wide. */
type Look = 'fit' | 'actual' | { readonly widthPx: number; readonly x: number; readonly y: number }

/** Pictures that are looked at together: who zooms or moves one does it to all. Each stage has a view of its own onto it. */
export class SharedZoom {
  #look = $state.raw<Look>('fit')

  /** As a stage wants it. @param picture asked anew each time */
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
