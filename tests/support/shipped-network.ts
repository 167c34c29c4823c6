import { fileURLToPath } from 'node:url'

/** compact, as it ships: for tests that ask the engine itself, without a host that finds it. */
export const shippedNetwork = fileURLToPath(
  new URL('../../resources/networks/compact.safetensors', import.meta.url),
)
