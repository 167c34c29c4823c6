/** The engine's public face: a library without window or process. */
export { calibrate } from './stylize/calibrate.ts'
export { exportGraph } from './stylize/export-graph.ts'
export { planJob, saveCheckpoint, startStylize } from './stylize/job.ts'
export type { JobListeners, StylizeRun } from './stylize/job.ts'
export { inspectPicture, renderPicture, savePicture } from './image/view.ts'
export { chooseDevice, listDevices } from './runtime/devices.ts'
export { runtimeVersion } from './runtime/ort.ts'
export { importWeights, inspectWeights, verifyWeights } from './weights/weights-files.ts'
