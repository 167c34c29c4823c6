import { beforeAll, expect, it } from 'vitest'
import { runApp } from './support/run-app.ts'
import { onEveryElectron, onStandIn } from './support/runners.ts'

const elsewhere = [
  'https://example.com/',
  'http://127.0.0.1:9/',
  'file:///etc/passwd',
  'data:text/html,<p>elsewhere',
  'javascript:document.title="taken"',
]

onEveryElectron('the window of the desktop app', (runner) => {
  const running = runApp(runner)
  let address: string

  beforeAll(async () => {
    await running.app.page.getByRole('button', { name: /start painting/i }).waitFor()
    address = running.app.page.url()
  })

  /** State of the page once everything that was asked for has had its time. */
  const settled = async (): Promise<{ url: string; pages: number; title: string }> => {
    await new Promise((resolve) => setTimeout(resolve, 300))
    const { page } = running.app
    return {
      url: page.url(),
      pages: page.context().pages().length,
      title: await page.evaluate(() => document.title),
    }
  }

  it.each(elsewhere)('stays where it is when its page wants to go to %s', async (to) => {
    const before = await settled()
    await running.app.page.evaluate((target) => {
      location.href = target
    }, to)
    expect(await settled()).toEqual({ ...before, url: address })
  })

  it.each([...elsewhere, 'about:blank', '/'])('opens no other window for %s', async (to) => {
    const before = await settled()
    await running.app.page.evaluate((target) => {
      window.open(target)
      const link = document.createElement('a')
      link.href = target
      link.target = '_blank'
      document.body.append(link)
      link.click()
      link.remove()
    }, to)
    // The stand-in refuses a window by closing it, which takes it a moment.
    await expect.poll(settled, { timeout: 10_000 }).toEqual(before)
  })

  it('holds no frames, and sends no forms', async () => {
    const before = await settled()
    const frames = await running.app.page.evaluate(async () => {
      const frame = document.createElement('iframe')
      frame.src = 'https://example.com/'
      document.body.append(frame)
      const own = document.createElement('iframe')
      own.src = '/'
      document.body.append(own)
      const form = document.createElement('form')
      form.action = 'https://example.com/'
      form.method = 'post'
      document.body.append(form)
      form.submit()
      await new Promise((resolve) => setTimeout(resolve, 200))
      const inside = [frame, own].map((element) => {
        try {
          return element.contentDocument?.body.childElementCount ?? 0
        } catch {
          return 0
        }
      })
      for (const element of [frame, own, form]) element.remove()
      return inside
    })
    expect(frames).toEqual([0, 0])
    expect(await settled()).toEqual(before)
  })

  it('gives its page nothing of Node or Electron but the bridge', async () => {
    const seen = await running.app.page.evaluate(() => {
      const world = globalThis as unknown as Record<string, unknown>
      const { pastiche } = world as { pastiche: object }
      return {
        globals: ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter(
          (name) => name in world,
        ),
        bridge: Object.keys(pastiche).sort(),
        isFrozen: Object.isFrozen(pastiche),
      }
    })
    expect(seen).toEqual({ globals: [], bridge: ['connect', 'ticketFor'], isFrozen: true })
  })

  it('runs no script that is not a file of the page', async () => {
    const taken = await running.app.page.evaluate(async () => {
      const world = globalThis as { taken?: boolean }
      const script = document.createElement('script')
      script.textContent = 'globalThis.taken = true'
      document.body.append(script)
      const image = document.createElement('img')
      image.setAttribute('onerror', 'globalThis.taken = true')
      image.src = 'https://example.com/x.png'
      document.body.append(image)
      await new Promise((resolve) => setTimeout(resolve, 200))
      script.remove()
      image.remove()
      return world.taken ?? false
    })
    expect(taken).toBe(false)
  })
})

onStandIn('connections of the desktop app', (runner) => {
  const running = runApp(runner)

  it('are none: nothing of the page leaves the computer', async () => {
    const { page } = running.app
    await page.getByRole('button', { name: /start painting/i }).waitFor()
    await page.evaluate(async () => {
      const tries = ['https://example.com/', 'http://127.0.0.1:9/'].map((target) =>
        fetch(target).catch(() => null),
      )
      navigator.sendBeacon('https://example.com/', 'x')
      await Promise.all(tries)
    })
    const escaped = await running.app.evaluate(
      (electron) =>
        (electron as unknown as { standIn: { browser: { escaped: string[] } } }).standIn.browser.escaped,
    )
    expect(escaped).toEqual([])
  })

  it('would not be let out by the main process either, and neither are downloads', async () => {
    const answers = await running.app.evaluate(
      async ({ session }, urls) => {
        const plain = session.defaultSession as unknown as {
          allows(url: string): Promise<boolean>
          emit(name: string, event: object): boolean
        }
        let isPrevented = false
        plain.emit('will-download', { preventDefault: () => (isPrevented = true) })
        return { allowed: await Promise.all(urls.map((url) => plain.allows(url))), isPrevented }
      },
      [
        'https://example.com/',
        'ws://127.0.0.1:1/',
        'file:///etc/passwd',
        'pastiche://other/',
        'pastiche://studio/',
      ],
    )
    expect(answers).toEqual({ allowed: [false, false, false, false, true], isPrevented: true })
  })

  it('are none by WebRTC either, and no name leads anywhere', async () => {
    const { policy, rules } = await running.app.evaluate(({ app, BrowserWindow }) => {
      const { switches } = app as unknown as { switches: Map<string, string> }
      const { webContents } = BrowserWindow.getAllWindows()[0]!
      return {
        policy: (webContents as unknown as { webRTCIPHandlingPolicy: string }).webRTCIPHandlingPolicy,
        rules: switches.get('host-resolver-rules'),
      }
    })
    expect({ policy, rules }).toEqual({ policy: 'disable_non_proxied_udp', rules: 'MAP * ~NOTFOUND' })
    expect(await running.app.page.evaluate(() => typeof RTCPeerConnection)).toBe('undefined')
  })

  it('are refused to a webview, and to a redirect that leads away', async () => {
    const prevented = await running.app.evaluate(({ BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!
      const emit = (name: string, details: object): boolean => {
        let isPrevented = false
        webContents.emit(name, { ...details, preventDefault: () => (isPrevented = true) })
        return isPrevented
      }
      const away = { url: 'https://example.com/', isMainFrame: true }
      return ['will-attach-webview', 'will-redirect', 'will-navigate', 'will-frame-navigate'].map((name) =>
        emit(name, away),
      )
    })
    expect(prevented).toEqual([true, true, true, true])
  })
})
