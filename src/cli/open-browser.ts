import { spawn } from 'node:child_process'

/** What opens an address with the program that the user has chosen for it. None is a shell, which could misread one. */
const openers: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}
const freedesktopOpener = ['xdg-open'] as const

/** Opens an address in the system's browser, which then outlives this process. `onProblem` hears a sentence where it cannot. */
export function openBrowser(url: string, onProblem: (problem: string) => void): void {
  const [command, ...args] = openers[process.platform] ?? freedesktopOpener
  const opener = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
  const fail = (): void => onProblem('The browser could not be opened. Open the address above yourself.')
  opener.once('error', fail)
  opener.once('exit', (code) => {
    if (code !== 0) fail()
  })
  opener.unref()
}
