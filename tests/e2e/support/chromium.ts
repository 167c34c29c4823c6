import { existsSync } from 'node:fs'

const usualPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** A Chromium of this machine: CHROMIUM_PATH, or where Debian puts it; null where there is none. */
export function findChromium(): string | null {
  const given = process.env['CHROMIUM_PATH']
  if (given !== undefined && given !== '') return given
  return usualPlaces.find((path) => existsSync(path)) ?? null
}
