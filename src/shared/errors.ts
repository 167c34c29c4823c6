import { z } from 'zod'
import { pictureNames } from './picture-kinds.ts'

/** How the terminal ends when an error of this kind reaches it. Documented in docs/cli.md. */
export const exitCodes = {
  internal: 1,
  usage: 2,
  input: 3,
  output: 4,
  device: 5,
  weights: 6,
  engine: 7,
  interrupted: 130,
} as const

type Kind = keyof typeof exitCodes

/** Every error that may cross a process border: its kind and what the user can do about it, where need be told twice: `hint`
 * for the terminal, `inStudio` for the window. */
export const errorCatalogue = {
  'invalid-request': {
    kind: 'usage',
    hint: 'Run "pastiche stylize --help" to see every option with its range.',
    inStudio: 'Each parameter shows its range beside it.',
  },
  'unknown-method': { kind: 'internal', hint: 'Two parts of the app differ in version. Reinstall Pastiche.' },
  'unknown-layer': {
    kind: 'usage',
    hint: 'Layers are named like conv4_2 (before ReLU) or relu4_2 (after it).',
    inStudio: 'Choose other layers under Content layers and Style layers.',
  },
  'unknown-device': {
    kind: 'usage',
    hint: 'Run "pastiche devices" to see what this computer offers.',
    inStudio: 'The list of devices shows what this computer offers.',
  },
  'wrong-job-state': { kind: 'usage', hint: 'The job went on meanwhile. Look at the queue, and try again.' },
  'unknown-job': { kind: 'usage', hint: 'The job has ended already, or was never started.' },
  'file-not-found': { kind: 'input', hint: 'Check the spelling and that the drive is connected.' },
  'file-not-readable': { kind: 'input', hint: 'Check the permissions of the file.' },
  'no-pictures': { kind: 'input', hint: `Pastiche reads ${pictureNames}.` },
  'not-a-picture': { kind: 'input', hint: `Pastiche reads ${pictureNames}.` },
  'picture-unsupported': {
    kind: 'input',
    hint: 'Open it in an image editor and save it as JPEG, PNG or TIFF.',
  },
  'picture-damaged': { kind: 'input', hint: 'Copy the file again from its source, or export it again.' },
  'picture-too-large': { kind: 'input', hint: 'Scale the picture down first.' },
  'picture-too-small': {
    kind: 'input',
    hint: 'Use a larger picture, or taps nearer to the input.',
    inStudio: 'Use a larger picture, or a larger part of it.',
  },
  'size-too-small': {
    kind: 'input',
    hint: 'Use a larger --size.',
    inStudio: 'Choose a larger size.',
  },
  'output-is-input': {
    kind: 'output',
    hint: 'Choose another name with --output.',
    inStudio: 'Choose another name.',
  },
  'output-exists': {
    kind: 'output',
    hint: 'Choose another name, or add --overwrite to replace it.',
    inStudio: 'Choose another name.',
  },
  'output-not-writable': {
    kind: 'output',
    hint: 'Choose another folder with --output.',
    inStudio: 'Choose another folder.',
  },
  'output-format': {
    kind: 'output',
    hint: 'End the name in .png, .jpg, .webp or .tiff.',
    inStudio: 'Choose PNG, JPEG, WebP or TIFF.',
  },
  'disk-full': {
    kind: 'output',
    hint: 'Free some space, or choose another folder with --output.',
    inStudio: 'Free some space, or choose another folder.',
  },
  'device-failed': {
    kind: 'device',
    hint: 'Use --device cpu: it works everywhere.',
    inStudio: 'Choose the CPU as the device: it works everywhere.',
  },
  'out-of-memory': {
    kind: 'device',
    hint: 'Use a smaller --size, or Adam instead of L-BFGS.',
    inStudio: 'Choose a smaller size, or Adam instead of L-BFGS.',
  },
  diverged: {
    kind: 'engine',
    hint: 'Lower --learning-rate or the weights.',
    inStudio: 'Lower the learning rate or the weights.',
  },
  'weights-missing': {
    kind: 'weights',
    hint: 'Use --network compact, which ships with Pastiche.',
    inStudio: 'Get the network under Models, or choose the built-in network.',
  },
  'weights-damaged': { kind: 'weights', hint: 'Get the file again.' },
  'weights-unsupported': {
    kind: 'weights',
    hint: 'Pastiche reads VGG16 and VGG19 from Keras (.h5, .keras), PyTorch (.pth), .safetensors and .onnx files.',
  },
  'weights-refused': {
    kind: 'weights',
    hint: 'Get the file from its publisher; do not open this one in Python.',
  },
  'weights-unverified': {
    kind: 'weights',
    hint: 'Import it with --allow-unverified if you trust where it came from.',
    inStudio: 'Import it anyway if you trust where it came from.',
  },
  'unknown-model': {
    kind: 'usage',
    hint: 'Run "pastiche models list" to see every model.',
    inStudio: 'Models shows every network there is.',
  },
  offline: {
    kind: 'weights',
    hint: 'Switch the offline setting off, or bring a file and run "pastiche models import FILE".',
    inStudio: 'Switch off "Stay offline" in the settings, or import a file.',
  },
  'download-failed': {
    kind: 'weights',
    hint: 'Try again later, or bring a file and run "pastiche models import FILE".',
    inStudio: 'Try again later, or import a file that you have.',
  },
  'store-busy': { kind: 'weights', hint: 'Wait until the other Pastiche has finished, or close it.' },
  'unknown-preset': {
    kind: 'usage',
    hint: 'Run "pastiche presets list" to see every preset.',
    inStudio: 'It may have been removed in another window.',
  },
  'document-damaged': { kind: 'input', hint: 'Remove the file, or put an older copy in its place.' },
  'document-newer': { kind: 'input', hint: 'Update Pastiche to open it.' },
  'preset-unreadable': { kind: 'input', hint: 'Export the preset again where it came from.' },
  'preset-exists': {
    kind: 'usage',
    hint: 'Choose another name, or replace it with --replace.',
    inStudio: 'Choose another name, or replace it.',
  },
  'preset-built-in': { kind: 'usage', hint: 'Save it under a name of your own.' },
  'too-many-presets': {
    kind: 'usage',
    hint: 'Remove some with "pastiche presets remove NAME".',
    inStudio: 'Remove some that you no longer need.',
  },
  'state-damaged': { kind: 'input', hint: 'Start the job anew instead of resuming it.' },
  'unknown-ticket': {
    kind: 'input',
    hint: 'Add the file again: it was given to a studio that has been closed.',
  },
  'unknown-result': { kind: 'input', hint: 'It may have been deleted in another window.' },
  'too-many-jobs': { kind: 'usage', hint: 'Wait until some have ended, or take some out of the queue.' },
  'upload-refused': { kind: 'input', hint: 'Choose a smaller file.' },
  'not-here': { kind: 'usage', hint: 'The desktop app can do it.' },
  'page-missing': { kind: 'internal', hint: 'Reinstall Pastiche; in a clone, run "npm run build".' },
  'port-taken': { kind: 'usage', hint: 'Choose another one with --port, or none: then Pastiche finds one.' },
  'cannot-listen': { kind: 'usage', hint: 'Leave --host out to serve this computer alone.' },
  'not-let-in': {
    kind: 'usage',
    hint: 'Open the newest address that "pastiche serve" printed in the terminal.',
  },
  'engine-lost': { kind: 'engine', hint: 'The job can be started again.' },
  'engine-hung': { kind: 'engine', hint: 'The job can be started again.' },
  'engine-mismatch': { kind: 'engine', hint: 'Two parts of the app differ in version. Reinstall Pastiche.' },
  'engine-busy': { kind: 'engine', hint: 'Wait until the running job has ended, or stop it.' },
  'malformed-message': {
    kind: 'internal',
    hint: 'Two parts of the app differ in version. Reinstall Pastiche.',
  },
  'connection-closed': { kind: 'engine', hint: 'Try again.' },
  cancelled: { kind: 'interrupted', hint: 'Nothing needs to be done.' },
  internal: {
    kind: 'internal',
    hint: 'This is a fault in Pastiche. Please report it with the message above.',
  },
} as const satisfies Record<string, { kind: Kind; hint: string; inStudio?: string }>

export type ErrorCode = keyof typeof errorCatalogue

/** An error as it travels between processes. */
export const errorData = z.object({ code: z.string(), message: z.string(), hint: z.string() })
export type ErrorData = z.infer<typeof errorData>

/** What the user can do about an error, said in the words of the window rather than of the terminal. */
export function hintInStudio({ code, hint }: ErrorData): string {
  const entry: { hint?: string; inStudio?: string } = Object.hasOwn(errorCatalogue, code)
    ? errorCatalogue[code as ErrorCode]
    : {}
  return entry.inStudio ?? hint
}

/** The only error class that Pastiche throws on purpose: what was expected, what came, what to do. */
export class PasticheError extends Error {
  override readonly name = 'PasticheError'
  readonly code: ErrorCode
  readonly hint: string

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.hint = options.hint ?? errorCatalogue[code].hint
  }

  get exitCode(): number {
    return exitCodes[errorCatalogue[this.code].kind]
  }

  toData(): ErrorData {
    return { code: this.code, message: this.message, hint: this.hint }
  }

  /** Anything that was thrown, as a PasticheError; what nobody foresaw becomes `internal`. */
  static from(thrown: unknown): PasticheError {
    if (thrown instanceof PasticheError) return thrown
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    return new PasticheError('internal', message, { cause: thrown })
  }

  static fromData(data: ErrorData): PasticheError {
    const known = Object.hasOwn(errorCatalogue, data.code)
    return new PasticheError(known ? (data.code as ErrorCode) : 'internal', data.message, { hint: data.hint })
  }
}
