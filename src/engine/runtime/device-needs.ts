import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConcreteDeviceId, DeviceNeed } from '../../shared/contract/device.ts'
import { runtimeFolder } from './ort.ts'

/** Inputs for finding what a device lacks. */
export interface System {
  readonly platform: NodeJS.Platform
  readonly arch: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder of ONNX Runtime's libraries. */
  readonly runtimeFolder: string
  exists(path: string): boolean
  /** `null` if it cannot be read. */
  read(path: string): string | null
  /** Empty where it is not there. */
  list(folder: string): readonly string[]
}

/**
 * System requirements of a device, in the order in which a user would meet them. Empty where it needs nothing that
 * one could install. Nothing is loaded and nothing run: a broken driver harms nobody here.
 */
export function deviceNeeds(id: ConcreteDeviceId, system: System = thisSystem): DeviceNeed[] {
  if (id === 'cuda') return cudaNeeds(system)
  if (id === 'webgpu' && system.platform === 'linux') return vulkanNeeds(system)
  return []
}

/** https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html#requirements */
function cudaNeeds(system: System): DeviceNeed[] {
  const isLinuxX64 = system.platform === 'linux' && system.arch === 'x64'
  const platform = { what: 'Linux on x64', isMet: isLinuxX64, found: `${system.platform} on ${system.arch}` }
  if (!isLinuxX64) return [platform]
  const part = join(system.runtimeFolder, 'libonnxruntime_providers_cuda.so')
  return [
    platform,
    driverNeed(system),
    libraryNeed(system, 'CUDA 12', ['libcudart.so.12', 'libcublasLt.so.12', 'libcufft.so.11']),
    libraryNeed(system, 'cuDNN 9', ['libcudnn.so.9']),
    {
      what: "ONNX Runtime's part for CUDA (npm run setup:cuda, in a clone)",
      isMet: system.exists(part),
      found: system.exists(part) ? part : 'not installed',
    },
  ]
}

/** The oldest that runs CUDA 12: https://docs.nvidia.com/deploy/cuda-compatibility */
const oldestDriver = 525

function driverNeed(system: System): DeviceNeed {
  const what = `An NVIDIA driver of version ${oldestDriver} or newer`
  // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  …", or "… Open Kernel Module for x86_64  550.54.15  …"
  const version = /Module(?: for \S+)?\s+(\d+)(\S*)/.exec(system.read('/proc/driver/nvidia/version') ?? '')
  if (version) return { what, isMet: Number(version[1]) >= oldestDriver, found: version[1]! + version[2]! }
  // Under WSL the driver belongs to Windows and reports no version.
  return libraryNeed(system, what, ['libcuda.so.1'])
}

const driverFolders = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d']

function vulkanNeeds(system: System): DeviceNeed[] {
  const { VK_DRIVER_FILES, VK_ICD_FILENAMES } = system.env
  const named = VK_DRIVER_FILES ?? VK_ICD_FILENAMES
  const drivers = named
    ? named.split(':').filter((path) => system.exists(path))
    : driverFolders.flatMap((folder) => system.list(folder).filter((name) => name.endsWith('.json')))
  return [
    libraryNeed(system, "Vulkan's loader", ['libvulkan.so.1']),
    {
      what: 'A driver of the GPU for Vulkan',
      isMet: drivers.length > 0,
      found: drivers.length > 0 ? drivers.join(', ') : 'none is registered',
    },
  ]
}

function libraryNeed(system: System, what: string, names: readonly string[]): DeviceNeed {
  const paths = names.map((name) => findLibrary(system, name))
  const missing = names.filter((_name, i) => paths[i] === null)
  return {
    what,
    isMet: missing.length === 0,
    found: missing.length === 0 ? paths[0]! : `the loader finds no ${missing.join(', no ')}`,
  }
}

const commonFolders = [
  '/lib',
  '/usr/lib',
  '/lib64',
  '/usr/lib64',
  '/lib/x86_64-linux-gnu',
  '/usr/lib/wsl/lib',
]

/** As ld.so(8) looks: the folders of LD_LIBRARY_PATH, its cache (a table of paths that end in 0), the common folders. */
function findLibrary(system: System, name: string): string | null {
  const inFolders = (folders: readonly string[]): string | undefined =>
    folders.map((folder) => join(folder, name)).find((path) => system.exists(path))
  const own = system.env['LD_LIBRARY_PATH']?.split(':').filter((folder) => folder !== '') ?? []
  const cached = system
    .read('/etc/ld.so.cache')
    ?.split('\0')
    .find((path) => path.endsWith(`/${name}`))
  return inFolders(own) ?? cached ?? inFolders(commonFolders) ?? null
}

const thisSystem: System = {
  platform: process.platform,
  arch: process.arch,
  env: process.env,
  runtimeFolder,
  exists: existsSync,
  read: (path) => {
    try {
      return readFileSync(path, 'latin1')
    } catch {
      return null
    }
  },
  list: (folder) => {
    try {
      return readdirSync(folder)
    } catch {
      return []
    }
  },
}
