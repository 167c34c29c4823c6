import { expect, it } from 'vitest'
import { permissionNames } from './support/permissions.ts'
import { runApp } from './support/run-app.ts'
import { onStandIn } from './support/runners.ts'

const own = 'pastiche://studio/'
const foreign = 'https://example.com/'

onStandIn('permissions of the page', (runner) => {
  const running = runApp(runner)

  /** Which of the names the app grants to a page of this address. */
  const granted = (names: string[], address: string): Promise<{ requested: string[]; checked: string[] }> =>
    running.app.evaluate(
      ({ session }, { names: all, address: from }) => {
        const { permissionRequestHandler: request, permissionCheckHandler: check } =
          session.defaultSession as unknown as {
            permissionRequestHandler: (contents: object, name: string, grant: (is: boolean) => void) => void
            permissionCheckHandler: (contents: null, name: string, origin: string) => boolean
          }
        const requested: string[] = []
        for (const name of all)
          request({ getURL: () => from }, name, (isGranted) => {
            if (isGranted) requested.push(name)
          })
        return { requested, checked: all.filter((name) => check(null, name, from)) }
      },
      { names, address },
    )

  it('are all denied but one, of all that Electron knows', async () => {
    const requests = permissionNames('setPermissionRequestHandler')
    const checks = permissionNames('setPermissionCheckHandler')
    expect(requests.length).toBeGreaterThan(30)
    expect(checks.length).toBeGreaterThan(30)
    const all = [...new Set([...requests, ...checks, 'something-of-tomorrow'])]
    const only = ['clipboard-sanitized-write']
    expect(await granted(all, own)).toEqual({ requested: only, checked: only })
  })

  it('are all denied to other origins', async () => {
    const all = permissionNames('setPermissionRequestHandler')
    for (const address of [foreign, '', 'null', 'pastiche://other/', 'https://studio/'])
      expect(await granted(all, address)).toEqual({ requested: [], checked: [] })
  })

  it('hold for devices and screens too', async () => {
    const answers = await running.app.evaluate(({ session }) => {
      const { devicePermissionHandler: device, displayMediaHandler: display } =
        session.defaultSession as unknown as {
          devicePermissionHandler: (details: object) => boolean
          displayMediaHandler: (request: object, grant: (streams: unknown) => void) => void
        }
      const streams: unknown[] = []
      display({}, (given) => streams.push(given))
      return { device: device({ deviceType: 'hid', origin: 'pastiche://studio' }), streams }
    })
    expect(answers).toEqual({ device: false, streams: [null] })
  })
})
