/** An event of Electron's, as far as anyone here looks at it. */
export interface Preventable {
  readonly defaultPrevented: boolean
  preventDefault(): void
}

export function preventable<T extends object>(details: T): T & Preventable {
  let isPrevented = false
  return Object.defineProperties(
    { ...details },
    {
      defaultPrevented: { get: () => isPrevented },
      preventDefault: { value: () => (isPrevented = true) },
    },
  ) as T & Preventable
}
