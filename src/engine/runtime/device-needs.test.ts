import { describe, expect, it } from 'vitest'
import { deviceNeeds, type System } from './device-needs.ts'

interface Machine {
  readonly files?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly platform?: NodeJS.Platform
  readonly arch?: string
}

function machine({ files = {}, env = {}, platform = 'linux', arch = 'x64' }: Machine): System {
  return {
    platform,
    arch,
    env,
    runtimeFolder: '/runtime',
    exists: (path) => path in files,
    read: (path) => files[path] ?? null,
    list: (folder) =>
      Object.keys(files).flatMap((path) =>
        path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [],
      ),
  }
}

const needsOf = (
  ...[id, given]: [Parameters<typeof deviceNeeds>[0], Machine]
): (readonly [boolean, string])[] => deviceNeeds(id, machine(given)).map(({ isMet, found }) => [isMet, found])

const nvidia = (version: string): Record<string, string> => ({ '/proc/driver/nvidia/version': version })
const installed = {
  ...nvidia('NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024'),
  '/etc/ld.so.cache':
    'ld.so\0libcudart.so.12\0/cuda/libcudart.so.12\0/cuda/libcublasLt.so.12\0/cuda/libcufft.so.11\0',
  '/opt/cudnn/libcudnn.so.9': '',
  '/runtime/libonnxruntime_providers_cuda.so': '',
}

describe('what CUDA needs', () => {
  it('is all there after the installation', () => {
    expect(needsOf('cuda', { files: installed, env: { LD_LIBRARY_PATH: ':/opt/cudnn' } })).toEqual([
      [true, 'linux on x64'],
      [true, '550.54.15'],
      [true, '/cuda/libcudart.so.12'],
      [true, '/opt/cudnn/libcudnn.so.9'],
      [true, '/runtime/libonnxruntime_providers_cuda.so'],
    ])
  })

  it('is named one by one where it is missing', () => {
    const files = { '/usr/lib/libcudart.so.12': '' }
    expect(needsOf('cuda', { files })).toEqual([
      [true, 'linux on x64'],
      [false, 'the loader finds no libcuda.so.1'],
      [false, 'the loader finds no libcublasLt.so.12, no libcufft.so.11'],
      [false, 'the loader finds no libcudnn.so.9'],
      [false, 'not installed'],
    ])
  })

  it.each([
    ['NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.10  Release Build', true, '570.86.10'],
    ['NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.256.02  Thu May  2', false, '470.256.02'],
  ])('is a driver that is new enough: %s', (version, isMet, found) => {
    expect(needsOf('cuda', { files: nvidia(version) })[1]).toEqual([isMet, found])
  })

  it('is a driver of Windows where Linux is its guest', () => {
    const files = { '/usr/lib/wsl/lib/libcuda.so.1': '' }
    expect(needsOf('cuda', { files })[1]).toEqual([true, '/usr/lib/wsl/lib/libcuda.so.1'])
  })

  it('cannot be had elsewhere', () => {
    expect(needsOf('cuda', { platform: 'darwin', arch: 'arm64' })).toEqual([[false, 'darwin on arm64']])
  })
})

describe('what WebGPU needs', () => {
  it('is Vulkan on Linux, with a driver', () => {
    const files = { '/lib/libvulkan.so.1': '', '/usr/share/vulkan/icd.d/radeon.json': '' }
    expect(needsOf('webgpu', { files })).toEqual([
      [true, '/lib/libvulkan.so.1'],
      [true, 'radeon.json'],
    ])
    expect(needsOf('webgpu', {})).toEqual([
      [false, 'the loader finds no libvulkan.so.1'],
      [false, 'none is registered'],
    ])
  })

  it('is the driver that the environment names, where it is there', () => {
    const env = { VK_ICD_FILENAMES: '/gone.json:/mine.json' }
    expect(needsOf('webgpu', { env, files: { '/mine.json': '' } })[1]).toEqual([true, '/mine.json'])
    expect(needsOf('webgpu', { env })[1]).toEqual([false, 'none is registered'])
  })

  it('is nothing on other systems', () => {
    expect(needsOf('webgpu', { platform: 'win32' })).toEqual([])
    expect(needsOf('cpu', {})).toEqual([])
  })
})
