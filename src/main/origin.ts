/** The scheme of everything that the window loads; messages from elsewhere are ignored. */
export const appScheme = 'pastiche'
export const appOrigin = `${appScheme}://studio`
export const appAddress = `${appOrigin}/`

/** True for an address of the studio's own origin. Node gives custom schemes no `URL.origin`, so it is put together here. */
export function isOwnAddress(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, host, username, password } = new URL(address)
  return `${protocol}//${host}` === appOrigin && username === '' && password === ''
}
