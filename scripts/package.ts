/**
 * `npm run package [-- --arch arm64] [-- --dir]`: makes the packages of this platform, in out/packages. Needs Electron's binary, which
 * electron-builder fetches, and the native parts of the architecture, which `npm ci` brings on a machine of that kind.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildApp } from './package/build-app.ts'
import type { Target } from './package/judge-package.ts'
import { licenceTexts } from './package/licences.ts'
import { makePackages } from './package/make-packages.ts'
import { describeSizes } from './package/report-sizes.ts'
import { root } from './package/root.ts'

const { values } = parseArgs({
  options: { arch: { type: 'string', default: process.arch }, dir: { type: 'boolean', default: false } },
})
const { platform } = process
if (platform !== 'linux' && platform !== 'win32' && platform !== 'darwin')
  throw new Error(`Expected Linux, Windows or macOS, this is ${platform}.`)
if (values.arch !== 'x64' && values.arch !== 'arm64')
  throw new Error(`Expected --arch x64 or arm64, received ${values.arch}.`)
const arch: Target['arch'] = values.arch

rmSync(join(root, 'out', 'packages'), { recursive: true, force: true })
await buildApp()
writeFileSync(join(root, 'out', 'licences.txt'), licenceTexts(root))
const hasWeights = existsSync(join(root, 'resources', 'weights', 'vgg19.safetensors'))
console.log(
  hasWeights
    ? 'With the weights of VGG19 inside: the app paints at its best at once.'
    : 'WITHOUT the weights of VGG19 ("npm run weights" gets them): the app starts with the built-in network and offers the download.',
)
const made = await makePackages({
  platform,
  arch,
  onlyFolder: values.dir,
  onPacked: (app) => console.log(`The app in the package:\n${describeSizes(app)}`),
})
console.log(made.join('\n'))
