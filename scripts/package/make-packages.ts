import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type AfterPackContext, type Configuration } from 'electron-builder'
import { parse } from 'yaml'
import { shippedDependencies } from './dependencies.ts'
import { judgePackage, type Target } from './judge-package.ts'
import { readPackage, type PackedApp } from './read-package.ts'
import { root } from './root.ts'

export interface PackageOptions {
  readonly platform: Target['platform']
  readonly arch: Target['arch']
  /** Only the folder that the packages are made of. */
  readonly onlyFolder: boolean
  /** Differences from build/electron-builder.yml. */
  readonly changes?: Configuration
  readonly onPacked?: (app: PackedApp, appOutDir: string) => void
}

const platformNames = { linux: 'linux', win32: 'win', darwin: 'mac' } as const

/**
 * Makes the packages of one platform with electron-builder, and refuses to go on where the app inside is not exactly what it should be.
 *
 * @returns the paths of what was made
 */
export async function makePackages(options: PackageOptions): Promise<string[]> {
  const { platform, arch, onlyFolder, changes, onPacked } = options
  assertOffered({ platform, arch })
  const written = parse(readFileSync(join(root, 'build', 'electron-builder.yml'), 'utf8')) as Configuration
  const afterPack = (context: AfterPackContext): Promise<void> => {
    const app = readPackage(context.appOutDir)
    const problems = judgePackage(app, { platform, arch }, dependencyNames())
    if (problems.length > 0) throw new Error(`The package is not as it should be:\n${problems.join('\n')}`)
    onPacked?.(app, context.appOutDir)
    return Promise.resolve()
  }
  return build({
    projectDir: root,
    [platformNames[platform]]: [],
    [arch]: true,
    dir: onlyFolder,
    publish: 'never',
    config: { ...written, ...originOf(process.env), ...changes, afterPack },
  })
}

/** ONNX Runtime has not been built for Macs with Intel processors since 1.24: a package would start and could not paint. */
function assertOffered({ platform, arch }: Target): void {
  const folder = join(root, 'node_modules', 'onnxruntime-node', 'bin', 'napi-v6', platform, arch)
  try {
    readFileSync(join(folder, 'onnxruntime_binding.node'))
  } catch (cause) {
    const message = `Expected ONNX Runtime for ${platform}-${arch}; onnxruntime-node has none, so there can be no package.`
    throw new Error(message, { cause })
  }
}

function dependencyNames(): ReadonlySet<string> {
  return new Set(shippedDependencies(root).map(({ name }) => name))
}

/** Repository of this copy, which "Check for Updates" asks: known where it is released, by GitHub's own variables. */
function originOf(env: NodeJS.ProcessEnv): Pick<Configuration, 'extraMetadata'> {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = env
  if (!server || !repository) return {}
  return { extraMetadata: { homepage: `${server}/${repository}` } }
}
