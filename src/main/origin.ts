/** Everything of the window comes from here, and nothing that comes from elsewhere is listened to. */
export const appScheme = 'pastiche'
export const appOrigin = `${appScheme}://studio`
export const appAddress = `${appOrigin}/`

/** Whether an address lies on the studio's own origin. Custom schemes have no `URL.origin` in Node, so it is put together. */
export function isOwnAddress(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, host, username, password } = new URL(address)
  return `${protocol}//${host}` === appOrigin && username === '' && password === ''
}
