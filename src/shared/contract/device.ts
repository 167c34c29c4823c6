import { z } from 'zod'

export const deviceIds = ['auto', 'cpu', 'webgpu', 'cuda', 'directml', 'coreml'] as const
export const deviceId = z.enum(deviceIds)
export type DeviceId = z.infer<typeof deviceId>
export type ConcreteDeviceId = Exclude<DeviceId, 'auto'>

export const deviceInfo = z.object({
  id: deviceId.exclude(['auto']),
  name: z.string(),
  /** True if a small probe graph ran on it and gave the right answer. */
  usable: z.boolean(),
  /** One sentence: why it is not usable, or what is worth knowing. */
  note: z.string(),
})
export type DeviceInfo = z.infer<typeof deviceInfo>

/** Something of the system that a device cannot do without. */
export const deviceNeed = z.object({
  what: z.string(),
  isMet: z.boolean(),
  /** The finding: a version, a file, or what is missing. */
  found: z.string(),
})
export type DeviceNeed = z.infer<typeof deviceNeed>

export const deviceReport = deviceInfo.extend({
  /** Only for a device that cannot be used; empty where there is nothing that one could install. */
  needs: z.array(deviceNeed),
})
export type DeviceReport = z.infer<typeof deviceReport>
