export interface SignedIn {
  readonly origin: string
  /** As a request sends it: `name=secret`. */
  readonly cookie: string
}

/** Signs in at an address that `pastiche serve` printed, as the page behind it does. */
export async function signIn(address: string): Promise<SignedIn> {
  const { origin, searchParams } = new URL(address)
  const authorization = `Bearer ${searchParams.get('token') ?? ''}`
  const answer = await fetch(`${origin}/sign-in`, { method: 'POST', headers: { origin, authorization } })
  const [cookie] = (answer.headers.get('set-cookie') ?? '').split(';')
  if (answer.status !== 204 || !cookie) throw new Error(`The address was refused: ${answer.status}.`)
  return { origin, cookie }
}
