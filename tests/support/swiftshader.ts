import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { globSync } from 'tinyglobby'

/** Folders into which Chromium, Chrome, Electron and Playwright put their Vulkan driver that needs no GPU. */
const places = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
  '/usr/share/vulkan/icd.d/vk_swiftshader_icd.json',
  'node_modules/electron/dist/vk_swiftshader_icd.json',
]

const playwrightFolder = `${process.env['HOME'] ?? ''}/.cache/ms-playwright`

/**
 * Variables that a process needs in its environment so that WebGPU runs on the CPU through SwiftShader.
 *
 * @returns null where no SwiftShader is found
 */
export function swiftShaderEnvironment(): Record<string, string> | null {
  const driver = [
    ...places,
    ...globSync('chromium-*/*/vk_swiftshader_icd.json', { cwd: playwrightFolder, absolute: true }),
  ].find((place) => existsSync(place))
  if (driver === undefined) return null
  return {
    VK_ICD_FILENAMES: driver,
    // The driver's folder brings a Vulkan loader, for machines without one.
    LD_LIBRARY_PATH: [process.env['LD_LIBRARY_PATH'], dirname(driver)].filter(Boolean).join(':'),
    // Mesa's layer that picks devices writes to stderr where there is no desktop.
    NODEVICE_SELECT: '1',
  }
}
