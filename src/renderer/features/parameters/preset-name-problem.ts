import { presetName } from '../../../shared/contract/preset.ts'

/** What is wrong with a preset's name, in one sentence; null where it will do. */
export function presetNameProblem(name: string): string | null {
  const trimmed = name.trim()
  if (trimmed === '') return 'Give the preset a name.'
  return presetName.safeParse(trimmed).success ? null : 'Write a name of one line, up to 100 characters.'
}
