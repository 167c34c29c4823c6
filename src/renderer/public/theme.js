/* global document, localStorage */
// Before anything is painted: the theme of the last time, so that a dark window does not begin with a white flash.
try {
  document.documentElement.dataset.theme = localStorage.getItem('pastiche.theme') ?? 'system'
} catch {
  // Where nothing may be kept, the system's theme will do.
}
// And before any module: Zod must not try whether it may compile code, which the page's policy forbids and the browser
// would report (https://zod.dev/api#jitless; modules of a bundle run in an order of its own).
globalThis.__zod_globalConfig = { jitless: true }
