import { presetName } from '../../../shared/contract/preset.ts'

/** Problem with a preset's name, in one sentence; null if it is valid. */
export function presetNameProblem(name: string): string | null {
  const trimmed = name.trim()
  if (trimmed === '') return 'Enter a name.'
  return presetName.safeParse(trimmed).success ? null : 'Enter one line of up to 100 characters.'
}
