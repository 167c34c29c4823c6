import { PasticheError } from '../shared/errors.ts'
import type { CancelSignal } from '../shared/rpc/cancel-signal.ts'

/** Resolves to whether a promise settles within a time; leaves no timer behind. Never rejects. */
export async function settlesWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs)
  })
  const settled = promise.then(
    () => true,
    () => true,
  )
  const inTime = await Promise.race([settled, timeout])
  clearTimeout(timer)
  return inTime
}

/** Settles as the promise does, unless the caller cancels first. The promise itself is not stopped. */
export async function orCancelled<T>(
  promise: Promise<T>,
  signal: CancelSignal | undefined,
  method: string,
): Promise<T> {
  if (signal === undefined) return promise
  let onAbort = (): void => undefined
  const cancelled = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(new PasticheError('cancelled', `The call "${method}" was cancelled.`))
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()
  })
  try {
    return await Promise.race([promise, cancelled])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
