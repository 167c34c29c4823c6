/**
 * Permissions of the studio's page in every shell: run and look like what came with it, show its own pictures (`blob:` are
 * previews), talk to the host it came from, and nothing else. Nothing is inline, so nothing that a picture's name or a
 * preset smuggles into the page can run.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
