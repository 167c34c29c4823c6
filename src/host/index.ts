export { EngineHost } from './engine-host.ts'
export type { EngineHostOptions } from './engine-host.ts'
export { runJob } from './run-job.ts'
export { Calibrations } from './forecast/calibrations.ts'
export { forecast } from './forecast/forecast.ts'
export type { Forecast } from './forecast/forecast.ts'
export { runSteadily } from './steady-job.ts'
export type { JobListeners, RunningJob } from './run-job.ts'
export { spawnChild } from './spawn-child.ts'
export type { SpawnChildOptions } from './spawn-child.ts'
export type { ExitReport, Spawner, WorkerProcess } from './worker-process.ts'
export { checkUpdates, releasesPage } from './check-updates.ts'
export type { UpdateAnswer } from './check-updates.ts'
export { appPaths, readAppVersion } from './app-paths.ts'
export type { AppPaths, AppPathsOptions } from './app-paths.ts'
export { resolveWeights } from './resolve-weights.ts'
export { ModelStore } from './models/model-store.ts'
export { openModelStore } from './models/open-model-store.ts'
export type {
  InstalledModel,
  ModelListeners,
  ModelProgress,
  ModelState,
  Verification,
} from './models/model-store-options.ts'
export { changeSettings, isOffline, readSettings } from './settings.ts'
export type { Settings } from './settings.ts'
export { familyNotice } from './presets/family-notice.ts'
export { Presets } from './presets/presets.ts'
export type { ImportOptions, PresetList, SavedPreset, SaveRequest, StoredPreset } from './presets/presets.ts'
export type { StudioShell } from './studio/shell.ts'
export type { MediaFile, StudioPage, StudioService, UploadRequest } from './studio/studio-service.ts'
export { Studio } from './studio/studio.ts'
export type { StudioOptions } from './studio/studio.ts'
