import { appPaths, Presets } from '../host/index.ts'
import { colours } from './colours.ts'
import { say } from './output.ts'

/** The presets of this user; files that are found broken are told on stderr. */
export function openPresets(): Presets {
  return new Presets(appPaths(), (problem) => say(colours.yellow(problem)))
}
