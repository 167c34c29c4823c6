import { z } from 'zod'
import { errorData } from '../errors.ts'
import { defineContract } from './define.ts'
import { deviceId, deviceInfo, deviceReport } from './device.ts'
import { pictureEdit, plan, progress, personsCommand } from './job.ts'
import { foundWeights } from './engine.ts'
import { modelEntry, publishedNetworkId, weightFamily, weightsFacts } from './models.ts'
import { parameters, partialParameters } from './parameters.ts'
import { presetDescription, presetId, presetName } from './preset.ts'
import { galleryEntry, recipe, resultId, saveOptions } from './recipe.ts'
import { ticket } from './ticket.ts'

const nothing = z.strictObject({})
const jobId = z.uuid()

/** A picture that was dropped, picked, pasted or shipped, and that Pastiche can read. */
export const picture = z.object({
  ticket,
  name: z.string().max(255),
  /** Upright. */
  widthPx: z.number().int(),
  heightPx: z.number().int(),
  bytes: z.number().int(),
  format: z.string(),
})
export type Picture = z.infer<typeof picture>

export const samplePicture = picture.extend({
  title: z.string(),
  description: z.string(),
  kind: z.enum(['photo', 'painting']),
})
export type SamplePicture = z.infer<typeof samplePicture>

const draftWith = <P extends z.ZodType>(pictureSchema: P) =>
  z.strictObject({
    content: pictureSchema.nullable(),
    styles: z
      .array(
        z.strictObject({
          picture: pictureSchema,
          weight: z.number().min(0).max(1e6).default(1),
          edit: pictureEdit.prefault({}),
        }),
      )
      .max(16),
    /** The start picture, where `init` is `picture`. */
    initPicture: pictureSchema.nullable(),
    preset: presetId.nullable(),
    /** Changes by the user, on top of the preset. */
    own: partialParameters,
    device: deviceId,
  })

/** Pictures and parameters of the next job, with tickets, as the page sends them. */
export const draft = draftWith(ticket)
export type Draft = z.infer<typeof draft>
/** The same with what is known of each picture, as the page hears it. */
export const openDraft = draftWith(picture)
export type OpenDraft = z.infer<typeof openDraft>

/** A draft that can be painted. `parameters` are all of them: what the page shows is what is painted. */
export const jobRequest = draft.omit({ own: true }).extend({ content: ticket, parameters })
export type JobRequest = z.infer<typeof jobRequest>

export const lossSample = z.object({
  totalStep: z.number().int(),
  total: z.number(),
  content: z.number(),
  style: z.number(),
  variation: z.number(),
})
export type LossSample = z.infer<typeof lossSample>

export const jobProgress = progress.omit({ jobId: true })
export type JobProgress = z.infer<typeof jobProgress>

const atWork = { progress: jobProgress.nullable(), device: deviceInfo.nullable() }
export const jobStatus = z.discriminatedUnion('state', [
  z.object({ state: z.literal('queued') }),
  /** `progress` is null until the first step is done. */
  z.object({ state: z.literal('running'), ...atWork }),
  z.object({ state: z.literal('paused'), ...atWork }),
  z.object({ state: z.literal('done'), resultId }),
  /** `resultId` is null where nothing had been painted yet. */
  z.object({ state: z.literal('stopped'), resultId: resultId.nullable() }),
  z.object({ state: z.literal('failed'), error: errorData, resultId: resultId.nullable() }),
])
export type JobStatus = z.infer<typeof jobStatus>

export const studioJob = z.object({
  id: jobId,
  name: z.string(),
  status: jobStatus,
  plan: plan.nullable(),
  content: ticket,
  styles: z.array(ticket),
  preset: presetName.nullable(),
  /** With the sliders as they stand now. */
  parameters,
  /** Notices so far: a fallback to another device, a smaller scale. */
  notices: z.array(z.string()),
  /** True if it ended early and can resume from its saved progress; one that was never saved starts over. */
  canGoOn: z.boolean(),
})
export type StudioJob = z.infer<typeof studioJob>

export const studioPreset = z.object({
  id: presetId,
  name: presetName,
  description: presetDescription,
  builtIn: z.boolean(),
  weightFamily: weightFamily.nullable(),
  parameters: partialParameters,
  notices: z.array(z.string()),
})
export type StudioPreset = z.infer<typeof studioPreset>

export const studioModel = z.object({
  network: publishedNetworkId,
  installed: z
    .discriminatedUnion('state', [
      z.object({ state: z.literal('ready'), bytes: z.number(), facts: weightsFacts }),
      /** There is a file, but not one that Pastiche wrote, or not all of it. */
      z.object({ state: z.literal('damaged'), bytes: z.number() }),
    ])
    .nullable(),
  /** Downloads for this network, and how much of each has arrived. */
  downloads: z.array(z.object({ entry: modelEntry, arrivedBytes: z.number() })),
  /** Current activity. */
  activity: z
    .object({
      phase: z.enum(['downloading', 'converting', 'importing', 'verifying']),
      bytes: z.number(),
      totalBytes: z.number().nullable(),
    })
    .nullable(),
})
export type StudioModel = z.infer<typeof studioModel>

export const themes = ['system', 'light', 'dark'] as const
export const studioSettings = z.object({
  offline: z
    .boolean()
    .meta({ title: 'Stay offline', help: 'Blocks all network access, including downloads.' }),
  theme: z.enum(themes).meta({ title: 'Appearance', help: 'Light, dark, or the system setting.' }),
  threads: z
    .number()
    .int()
    .min(0)
    .max(256)
    .meta({ title: 'CPU threads', help: '0 = all cores. Use fewer to leave room for other apps.' }),
  notify: z
    .boolean()
    .meta({ title: 'Notify me when a long job finishes', help: 'Only when the window is not in front.' }),
})
export type StudioSettings = z.infer<typeof studioSettings>

export const shellFacts = z.object({
  kind: z.enum(['desktop', 'browser']),
  platform: z.string(),
  /** True if there are dialogs of the system to pick and save files, a folder to reveal a file in, a clipboard for pictures. */
  hasDialogs: z.boolean(),
})
export type ShellFacts = z.infer<typeof shellFacts>

/** A file that was handed on: saved by a dialog, or to be fetched by the page at the address of its ticket. */
const exported = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('saved'), name: z.string() }),
  z.object({ kind: z.literal('download'), ticket, name: z.string() }),
  z.object({ kind: z.literal('cancelled') }),
])
export type Exported = z.infer<typeof exported>

export const noticeLevels = ['info', 'warning', 'error'] as const
export const studioNotice = z.object({
  level: z.enum(noticeLevels),
  message: z.string(),
  hint: z.string().nullable(),
})
export type StudioNotice = z.infer<typeof studioNotice>

/** Actions that a menu of the shell may request; the page has more. */
export const menuCommands = [
  'open-photo',
  'open-style',
  'save-result',
  'copy-result',
  'start',
  'pause',
  'stop',
  'gallery',
  'studio',
  'models',
  'devices',
  'settings',
  'about',
  'shortcuts',
  'zoom-fit',
  'zoom-actual',
  'full-screen',
  'compare',
] as const
export const menuCommand = z.enum(menuCommands)
export type MenuCommand = z.infer<typeof menuCommand>

/** A face ↔ host. Calls are answered at once; what takes long is told by events. */
export const studioContract = defineContract({
  methods: {
    /** All that a window needs for its first sight, in one answer. */
    open: {
      input: nothing,
      output: z.object({
        appVersion: z.string(),
        shell: shellFacts,
        settings: studioSettings,
        /** True if the environment forbids connections, whatever the setting says. */
        offlineByEnvironment: z.boolean(),
        folders: z.object({ library: z.string(), weights: z.string(), presets: z.string() }),
        draft: openDraft,
        jobs: z.array(studioJob),
        presets: z.array(studioPreset),
        models: z.array(studioModel),
        samples: z.array(samplePicture),
        /** Problems found at the start, and their outcome. */
        notices: z.array(studioNotice),
      }),
    },

    // Pictures
    /** Inspects the file of an upload, a drop or a dialog by its ticket. @throws `not-a-picture` and its like */
    inspect: { input: z.strictObject({ ticket }), output: picture },
    /** Opens the system's dialog; empty where nothing was picked. Only where the shell has dialogs. */
    pick: {
      input: z.strictObject({ what: z.enum(['picture', 'preset', 'weights']), multiple: z.boolean() }),
      output: z.array(z.object({ ticket, name: z.string() })),
    },
    recent: { input: nothing, output: z.array(picture) },
    saveDraft: { input: draft, output: z.null() },

    // Jobs
    forecast: {
      input: jobRequest,
      output: z.object({
        plan,
        device: deviceInfo,
        /** Free memory of the machine, now. */
        freeMemoryBytes: z.number(),
        /** From a short measurement of this machine, corrected by the jobs that it has done; null where it could not be made yet. */
        estimatedMs: z.number().nullable(),
        /** True if there is memory enough. */
        fits: z.boolean(),
        /** Changes that make it fit, best first, if there is not. */
        options: z.array(
          z.object({ words: z.string(), changes: partialParameters, memoryBytes: z.number() }),
        ),
        notices: z.array(z.string()),
      }),
    },
    /** Puts a job at the end of the queue; it starts as soon as none runs before it. */
    start: { input: jobRequest, output: studioJob },
    job: {
      input: z.strictObject({ jobId }),
      output: z.object({ job: studioJob, samples: z.array(lossSample) }),
    },
    /** Commands a job; one that is still queued takes new parameters, or leaves the queue. */
    control: { input: z.strictObject({ jobId, command: personsCommand }), output: z.null() },
    /** Moves a queued job to a place among the queued ones, 0 being the next. */
    moveJob: { input: z.strictObject({ jobId, place: z.number().int().min(0).max(1000) }), output: z.null() },
    /** Queues a job that ended early first, to resume from its saved progress. @throws `state-damaged` */
    goOn: { input: z.strictObject({ jobId }), output: studioJob },
    /** Queues an ended job again, with all its settings. */
    restart: { input: z.strictObject({ jobId }), output: studioJob },
    /** Takes an ended job off the list; its result stays in the gallery. */
    dismiss: { input: z.strictObject({ jobId }), output: z.null() },
    /** Previews of this job are sent to this page, until another or none is watched. */
    watch: { input: z.strictObject({ jobId: jobId.nullable() }), output: z.null() },

    // Results
    gallery: {
      input: z.strictObject({
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(500).default(200),
      }),
      output: z.object({ entries: z.array(galleryEntry), total: z.number().int() }),
    },
    recipe: { input: z.strictObject({ resultId }), output: recipe },
    rename: { input: z.strictObject({ resultId, name: z.string().min(1).max(200) }), output: galleryEntry },
    /** The pictures and parameters of a result, to be painted with again; `warnings` say what is no longer there. */
    reuse: {
      input: z.strictObject({ resultId }),
      output: z.object({ draft: openDraft, warnings: z.array(z.string()) }),
    },
    /** Sets results aside; `undelete` brings them back, until the app ends. */
    delete: { input: z.strictObject({ resultIds: z.array(resultId).min(1).max(500) }), output: z.null() },
    undelete: { input: z.strictObject({ resultIds: z.array(resultId).min(1).max(500) }), output: z.null() },
    save: { input: z.strictObject({ resultId, options: saveOptions }), output: exported },
    /** Puts a result on the system's clipboard. Only where the shell has dialogs. */
    copy: { input: z.strictObject({ resultId }), output: z.null() },
    /** Shows a result's file in the system's file manager. Only where the shell has dialogs. */
    reveal: { input: z.strictObject({ resultId }), output: z.null() },

    // Presets
    savePreset: {
      input: z.strictObject({
        name: presetName,
        description: presetDescription.default(''),
        parameters: partialParameters,
        /** The preset it was made from. */
        base: presetId.nullable().default(null),
        replace: z.boolean().default(false),
      }),
      output: studioPreset,
    },
    renamePreset: { input: z.strictObject({ id: presetId, name: presetName }), output: studioPreset },
    removePreset: { input: z.strictObject({ id: presetId }), output: z.null() },
    importPreset: {
      input: z.strictObject({ ticket, replace: z.boolean().default(false) }),
      output: studioPreset,
    },
    exportPreset: { input: z.strictObject({ id: presetId }), output: exported },

    // Models, devices, settings
    /** Starts or resumes a download; `models` events report progress, a notice reports failure. */
    downloadModel: { input: z.strictObject({ id: z.string().max(64) }), output: z.null() },
    cancelModel: { input: z.strictObject({ network: publishedNetworkId }), output: z.null() },
    importModel: {
      input: z.strictObject({
        ticket,
        family: weightFamily.nullable().default(null),
        allowUnverified: z.boolean().default(false),
      }),
      output: foundWeights,
    },
    verifyModel: {
      input: z.strictObject({ network: publishedNetworkId }),
      output: z.object({ ok: z.boolean(), message: z.string() }),
    },
    removeModel: { input: z.strictObject({ network: publishedNetworkId }), output: z.null() },
    devices: {
      input: z.strictObject({ refresh: z.boolean().default(false) }),
      output: z.array(deviceReport),
    },
    changeSettings: { input: studioSettings.partial().strict(), output: studioSettings },
  },
  events: {
    /** The whole list, in its order: at work, queued, ended. */
    jobs: z.array(studioJob),
    /** At most ten a second; `samples` are those since the last. */
    progress: z.object({ jobId, progress: jobProgress, samples: z.array(lossSample) }),
    /** Preview of the watched job, at most four per second. */
    preview: z.object({
      jobId,
      totalStep: z.number().int(),
      widthPx: z.number().int(),
      heightPx: z.number().int(),
      webpBase64: z.string(),
    }),
    /** Results that came, changed or came back, and those that went. */
    gallery: z.object({ changed: z.array(galleryEntry), removed: z.array(resultId) }),
    presets: z.array(studioPreset),
    models: z.array(studioModel),
    settings: studioSettings,
    notice: studioNotice,
    command: menuCommand,
    /** Files that the system opened with the app. */
    opened: z.array(z.object({ ticket, name: z.string() })),
  },
})
export type StudioContract = typeof studioContract
