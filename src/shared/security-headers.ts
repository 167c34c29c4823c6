import { contentSecurityPolicy } from './content-security-policy.ts'

/**
 * Features of a browser that the studio has no use for. Only names that Chromium knows: it complains of others in the page's
 * console. What is left is writing to the clipboard and filling the screen.
 */
const deniedFeatures = [
  'accelerometer',
  'camera',
  'display-capture',
  'encrypted-media',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'usb',
  'window-management',
  'xr-spatial-tracking',
] as const

/** Goes with everything that the studio's page consists of, in every shell. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  // Addresses are nobody else's business; that of the sign-in has its token in it.
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': deniedFeatures.map((name) => `${name}=()`).join(', '),
  'X-DNS-Prefetch-Control': 'off',
  // For browsers that do not know `frame-ancestors`.
  'X-Frame-Options': 'DENY',
}
