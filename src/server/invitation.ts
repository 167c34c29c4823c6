import type { OwnAddresses } from './addresses.ts'
import type { SignInToken } from './sign-in-tokens.ts'

/** Addresses that sign in one browser, the first that opens one of them. Anyone who has them can do so, once. */
export interface Invitation extends Pick<SignInToken, 'ended' | 'revoke'> {
  /** The likeliest first; the others are for other computers, where they can reach this one. */
  readonly urls: readonly [string, ...string[]]
}

export function createInvitation(addresses: OwnAddresses, { text, ended, revoke }: SignInToken): Invitation {
  const [first, ...others] = addresses.urls()
  const withToken = (address: string): string => `${address}/?token=${text}`
  return { urls: [withToken(first), ...others.map(withToken)], ended, revoke }
}
