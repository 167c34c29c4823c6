/* global document, localStorage */
// Before anything is painted: the theme of the last time, so that a dark window does not begin with a white flash.
try {
  document.documentElement.dataset.theme = localStorage.getItem('pastiche.theme') ?? 'system'
} catch {
  // Where nothing may be kept, the system's theme will do.
}
