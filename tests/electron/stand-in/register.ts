/* Loaded before the app: whoever imports `electron` gets the stand-in. The app itself is not changed. */
import { register } from 'node:module'

const standIn = new URL('electron.mjs', import.meta.url).href
const hooks = `export async function resolve(name, context, next) {
  return name === 'electron' ? { url: ${JSON.stringify(standIn)}, shortCircuit: true } : next(name, context)
}`
register(`data:text/javascript,${encodeURIComponent(hooks)}`)
