/** Width and height in pixels, both at least 1. */
export interface Size {
  readonly widthPx: number
  readonly heightPx: number
}

export const isSameSize = (a: Size, b: Size): boolean => a.widthPx === b.widthPx && a.heightPx === b.heightPx
