import { existsSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { appPaths, readAppVersion } from './app-paths.ts'

describe('appPaths', () => {
  it('puts everything the app writes into PASTICHE_HOME', () => {
    const home = resolve('somewhere')
    const { settings, settingsFile, presets, weights, library, cache, logs } = appPaths({
      env: { PASTICHE_HOME: 'somewhere' },
    })
    expect({ settings, settingsFile, presets, weights, library, cache, logs }).toEqual({
      settings: home,
      settingsFile: join(home, 'settings.json'),
      presets: join(home, 'presets'),
      weights: join(home, 'weights'),
      library: join(home, 'library'),
      cache: join(home, 'cache'),
      logs: join(home, 'logs'),
    })
  })

  it.each([{}, { PASTICHE_HOME: '' }])('otherwise uses the folders of the system (%j)', (env) => {
    const { settings, presets, weights, cache } = appPaths({ env })
    for (const path of [settings, presets, weights, cache]) expect(isAbsolute(path)).toBe(true)
    expect(settings).toMatch(/pastiche/)
    expect(presets).toBe(join(settings, 'presets'))
  })

  it('finds the package that this file belongs to', () => {
    const { packageRoot, resources, workerFile } = appPaths()
    expect(existsSync(join(packageRoot, 'package.json'))).toBe(true)
    expect(resources).toBe(join(packageRoot, 'resources'))
    expect(workerFile).toBe(join(packageRoot, 'out', 'worker', 'entry.js'))
  })

  it('looks for what native code opens beside the archive of a packaged app', () => {
    const packageRoot = resolve('Pastiche', 'resources', 'app.asar')
    const { resources, workerFile } = appPaths({ packageRoot })
    expect(resources).toBe(join(`${packageRoot}.unpacked`, 'resources'))
    expect(workerFile).toBe(join(packageRoot, 'out', 'worker', 'entry.js'))
  })

  it('reads the version of the app', () => {
    expect(readAppVersion()).toMatch(/^\d+\.\d+\.\d+/)
  })
})
