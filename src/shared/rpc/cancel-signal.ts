/**
 * The part of the platform's AbortSignal that calls need, told structurally: this folder is compiled for every
 * runtime, so it has neither DOM nor Node types. Any real AbortSignal fits.
 */
export interface CancelSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

export interface CancelSource {
  readonly signal: CancelSignal
  abort(): void
}

// Ambient in this module only: every runtime Pastiche runs on has it as a global.
declare const AbortController: new () => CancelSource

export function createCancelSource(): CancelSource {
  return new AbortController()
}
