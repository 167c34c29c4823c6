import { describe, expect, it, vi } from 'vitest'
import { backgroundColours, windowOptions } from './window.ts'

vi.mock('electron', () => ({ app: {}, BrowserWindow: Object, nativeTheme: {}, screen: {} }))

const place = { bounds: { x: 10, y: 20, width: 1200, height: 800 }, maximized: false }
const options = windowOptions({ preload: '/app/preload.cjs', place, isDark: true, devTools: false })

describe('windowOptions', () => {
  it('writes out everything that keeps the page away from the system', () => {
    expect(options.webPreferences).toEqual({
      preload: '/app/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      plugins: false,
      devTools: false,
      spellcheck: false,
    })
  })

  it('stays hidden, in the colour of the page, until the page is there', () => {
    expect(options).toMatchObject({ show: false, backgroundColor: backgroundColours.dark })
    const light = windowOptions({ preload: '', place, isDark: false, devTools: true })
    expect(light.backgroundColor).toBe(backgroundColours.light)
  })

  it('takes the place that was remembered', () => {
    expect(options).toMatchObject(place.bounds)
  })
})
