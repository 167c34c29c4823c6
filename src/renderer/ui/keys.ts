const names: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ' ': 'Space',
  Escape: 'Esc',
}
const macNames: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Enter: '↩' }
const otherNames: Readonly<Record<string, string>> = { Mod: 'Ctrl', Shift: 'Shift', Enter: 'Enter' }

export function isMac(platform: string): boolean {
  return /mac|darwin|iphone|ipad/i.test(platform)
}

/** The caps of a shortcut such as `Mod+Shift+C`, as they are printed on this computer's keys. */
export function keyCaps(keys: string, mac: boolean): string[] {
  const own = mac ? macNames : otherNames
  // A plus may be the key itself.
  return keys.split(/(?<=.)\+(?=.)/).map((key) => own[key] ?? names[key] ?? key)
}
