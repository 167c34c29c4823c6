import { createHash } from 'node:crypto'

/** A page for someone who is not signed in. It needs no other file, for none would be given out. */
export interface SignInPage {
  readonly html: string
  readonly contentSecurityPolicy: string
}

const style = `
:root { color-scheme: light dark; height: 100%; background: light-dark(#f5f3ee, #161513); color: light-dark(#1c1a17, #ece8e1); }
:root[data-theme=light] { color-scheme: light; }
:root[data-theme=dark] { color-scheme: dark; }
body { display: grid; place-content: center; box-sizing: border-box; min-height: 100%; margin: 0; padding: 24px; }
main { max-width: 46ch; padding: 32px; border: 1px solid light-dark(#dfdbd2, #34312d); border-radius: 12px;
  background: light-dark(#fdfcf9, #1e1d1a); font: 15px/1.55 system-ui, sans-serif; }
p { margin: 0; }
.name, h1 { font-family: 'Iowan Old Style', 'Palatino Linotype', Palatino, 'URW Palladio L', P052, 'Book Antiqua', Georgia, serif; }
.name { color: light-dark(#6a645a, #a39b8e); font-weight: 600; }
h1 { margin: 12px 0 8px; font-size: 23px; font-weight: 500; line-height: 1.3; }
[hidden] { display: none; }
`

/** The theme of the last time, as src/renderer/public/theme.js has it. */
const theme = `
try { document.documentElement.dataset.theme = localStorage.getItem('pastiche.theme') ?? 'system' } catch {}
`

/**
 * Signs in by a request that only a page makes that a person has before them: what fetches an address to preview it, or a browser
 * that loads it in advance, uses up nothing. The token leaves the address bar and the history.
 */
const signInScript = `${theme}
const token = new URLSearchParams(location.search).get('token')
const events = ['visibilitychange', 'prerenderingchange']
async function signIn() {
  if (document.prerendering || document.visibilityState !== 'visible') return
  for (const event of events) document.removeEventListener(event, signIn)
  history.replaceState(null, '', '/')
  try {
    const { ok } = await fetch('/sign-in', { method: 'POST', headers: { Authorization: 'Bearer ' + token } })
    location.replace(ok ? '/' : '/?token=')
  } catch {
    document.getElementById('opening').hidden = true
    document.getElementById('unreachable').hidden = false
  }
}
for (const event of events) document.addEventListener(event, signIn)
void signIn()
`

/**
 * Enters as soon as this browser is signed in: it may be so already, where the link of another site led here (then browsers keep
 * the cookie back), or become so in another tab.
 */
const returnScript = `${theme}
async function enter() {
  if (document.visibilityState !== 'visible') return
  const answer = await fetch('/session').catch(() => null)
  if (answer?.ok) location.replace('/')
}
document.addEventListener('visibilitychange', enter)
void enter()
`

export const signInPage = page(
  signInScript,
  `<div id="opening"><h1>Opening the studio…</h1>
<noscript><p>Pastiche needs JavaScript. Allow it for this page, then reload.</p></noscript></div>
<div id="unreachable" role="alert" hidden><h1>Pastiche can't be reached</h1>
<p>If you closed it, start it again and open the new address that it prints.</p></div>`,
)

/** To who never signed in here; says neither what was wrong nor what there would be to see. */
export const strangerPage = notice(
  'This studio is private',
  'Open the full address that "pastiche serve" printed in the terminal.',
)

export const spentPage = notice(
  'This address has been used or has expired',
  'Each address signs in one browser. Open the newest one in the terminal where Pastiche is running, or press Enter there for another.',
)

/** To a browser with a session of before. */
export const restartedPage = notice(
  'Pastiche was restarted',
  'Open the new address that it printed in the terminal.',
)

function notice(heading: string, text: string): SignInPage {
  return page(returnScript, `<h1>${heading}</h1>\n<p>${text}</p>`)
}

function page(script: string, body: string): SignInPage {
  const contentSecurityPolicy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "connect-src 'self'",
    // The icon below: without one, browsers ask for /favicon.ico.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>Pastiche</title>
<style>${style}</style>
<main>
<p class="name">Pastiche</p>
${body}
</main>
<script>${script}</script>
</html>
`
  return { html, contentSecurityPolicy }
}

/** https://www.w3.org/TR/CSP3/#external-hash; inline text is hashed as it stands between its tags. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
