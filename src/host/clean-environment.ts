/** Variables that would change how Node or Electron starts, or attach the worker to this process's own parent. */
const startSwitches = new Set([
  'NODE_OPTIONS',
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  'NODE_UNIQUE_ID',
  'ELECTRON_RUN_AS_NODE',
])

/** The engine talks to no network and opens no account: names that smell of secrets, and proxies, which hold some. */
const secretName = /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|KEY|PROXY/i

/** ONNX Runtime's own builds report to Microsoft, unless they are told not to before they are loaded. */
const silent = { ORT_DISABLE_TELEMETRY: '1' }

/** A copy of an environment without what the engine's process must not inherit. */
export function cleanEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !startSwitches.has(name.toUpperCase()) && !secretName.test(name),
  )
  return { ...Object.fromEntries(kept), ...silent }
}
