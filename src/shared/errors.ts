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

/** Every error that may cross a process border, with its kind and the way out. Where terminal and window differ, `hint` is
 * for the terminal and `inStudio` for the window. */
export const errorCatalogue = {
  'invalid-request': {
    kind: 'usage',
    hint: 'Run "pastiche stylize --help" for all options and their ranges.',
    inStudio: "Each parameter's help gives its range.",
  },
  'unknown-method': { kind: 'internal', hint: 'Parts of Pastiche have different versions. Reinstall it.' },
  'unknown-layer': {
    kind: 'usage',
    hint: 'Use names such as conv4_2 (before ReLU) or relu4_2 (after it).',
    inStudio: 'Choose other content and style layers.',
  },
  'unknown-device': {
    kind: 'usage',
    hint: 'Run "pastiche devices" for the devices of this computer.',
    inStudio: 'Choose another device under Devices.',
  },
  'wrong-job-state': {
    kind: 'usage',
    hint: 'The job changed in the meantime. Check the queue and try again.',
  },
  'unknown-job': { kind: 'usage', hint: 'The job may have ended already.' },
  'file-not-found': { kind: 'input', hint: 'Check the spelling, and that its drive is connected.' },
  'file-not-readable': { kind: 'input', hint: 'Check the permissions of the file.' },
  'no-pictures': { kind: 'input', hint: `Pastiche reads ${pictureNames}.` },
  'not-a-picture': { kind: 'input', hint: `Pastiche reads ${pictureNames}.` },
  'picture-unsupported': {
    kind: 'input',
    hint: 'Open it in an image editor and save it as JPEG, PNG or TIFF.',
  },
  'picture-damaged': { kind: 'input', hint: 'Copy or export the file again.' },
  'picture-too-large': { kind: 'input', hint: 'Scale the picture down first.' },
  'picture-too-small': {
    kind: 'input',
    hint: 'Use a larger picture, or layers closer to the input.',
    inStudio: 'Use a larger picture or a larger crop.',
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
    hint: 'Use --device cpu, which works everywhere.',
    inStudio: 'Choose CPU under Devices; it works everywhere.',
  },
  'out-of-memory': {
    kind: 'device',
    hint: 'Use a smaller --size, or Adam instead of L-BFGS.',
    inStudio: 'Choose a smaller size, or Adam instead of L-BFGS.',
  },
  diverged: {
    kind: 'engine',
    hint: 'Try a lower --learning-rate or lower weights.',
    inStudio: 'Try a lower learning rate or lower weights.',
  },
  'weights-missing': {
    kind: 'weights',
    hint: 'Use --network compact, which ships with Pastiche.',
    inStudio: 'Download it under Models, or use the built-in network.',
  },
  'weights-damaged': { kind: 'weights', hint: 'Get a fresh copy of the file.' },
  'weights-unsupported': {
    kind: 'weights',
    hint: 'Pastiche reads VGG16 and VGG19 from Keras (.h5, .keras), PyTorch (.pth), .safetensors and .onnx files.',
  },
  'weights-refused': {
    kind: 'weights',
    hint: "Get the file from its publisher. Don't open this one in Python.",
  },
  'weights-unverified': {
    kind: 'weights',
    hint: 'If you trust its source, import it with --allow-unverified.',
    inStudio: 'Import it only if you trust its source.',
  },
  'unknown-model': {
    kind: 'usage',
    hint: 'Run "pastiche models list" for all models.',
    inStudio: 'See Models for all networks.',
  },
  offline: {
    kind: 'weights',
    hint: 'Turn off the offline setting, or import a file: pastiche models import FILE.',
    inStudio: 'Turn off "Stay offline" in Settings, or import a file.',
  },
  'download-failed': {
    kind: 'weights',
    hint: 'Try again later, or import a file: pastiche models import FILE.',
    inStudio: 'Try again later, or import a file.',
  },
  'store-busy': { kind: 'weights', hint: 'Wait for the other Pastiche to finish, or close it.' },
  'unknown-preset': {
    kind: 'usage',
    hint: 'Run "pastiche presets list" for all presets.',
    inStudio: 'It may have been removed in another window.',
  },
  'document-damaged': { kind: 'input', hint: 'Remove the file, or put an older copy in its place.' },
  'document-newer': { kind: 'input', hint: 'Update Pastiche to open it.' },
  'preset-unreadable': { kind: 'input', hint: 'Export the preset again.' },
  'preset-exists': {
    kind: 'usage',
    hint: 'Choose another name, or add --replace.',
    inStudio: 'Choose another name, or replace it.',
  },
  'preset-built-in': { kind: 'usage', hint: 'Choose another name.' },
  'too-many-presets': {
    kind: 'usage',
    hint: 'Remove some with "pastiche presets remove NAME".',
    inStudio: 'Delete some that you no longer need.',
  },
  'state-damaged': { kind: 'input', hint: 'Restart the job instead of resuming it.' },
  'unknown-ticket': {
    kind: 'input',
    hint: 'Add the file again.',
  },
  'unknown-result': { kind: 'input', hint: 'It may have been deleted in another window.' },
  'too-many-jobs': { kind: 'usage', hint: 'Wait for some to finish, or remove some from the queue.' },
  'upload-refused': { kind: 'input', hint: 'Choose a smaller file.' },
  'not-here': { kind: 'usage', hint: 'Use the desktop app for this.' },
  'page-missing': { kind: 'internal', hint: 'Reinstall Pastiche; in a clone, run "npm run build".' },
  'port-taken': { kind: 'usage', hint: 'Choose another port with --port, or leave --port out.' },
  'cannot-listen': { kind: 'usage', hint: 'Leave --host out to serve only this computer.' },
  'not-let-in': {
    kind: 'usage',
    hint: 'Open the latest address that "pastiche serve" printed.',
  },
  'engine-lost': { kind: 'engine', hint: 'Resume or restart the job.' },
  'engine-hung': { kind: 'engine', hint: 'Resume or restart the job.' },
  'engine-mismatch': { kind: 'engine', hint: 'Parts of Pastiche have different versions. Reinstall it.' },
  'engine-busy': { kind: 'engine', hint: 'Wait for the running job to finish, or stop it.' },
  'malformed-message': {
    kind: 'internal',
    hint: 'Parts of Pastiche have different versions. Reinstall it.',
  },
  'connection-closed': { kind: 'engine', hint: 'Try again.' },
  cancelled: { kind: 'interrupted', hint: 'There is nothing to do.' },
  internal: {
    kind: 'internal',
    hint: 'This is a bug in Pastiche. Please report it with the message above.',
  },
} as const satisfies Record<string, { kind: Kind; hint: string; inStudio?: string }>

export type ErrorCode = keyof typeof errorCatalogue

/** An error as it travels between processes. */
export const errorData = z.object({ code: z.string(), message: z.string(), hint: z.string() })
export type ErrorData = z.infer<typeof errorData>

/** The way out of an error in the words of the window rather than of the terminal. */
export function hintInStudio({ code, hint }: ErrorData): string {
  const entry: { hint?: string; inStudio?: string } = Object.hasOwn(errorCatalogue, code)
    ? errorCatalogue[code as ErrorCode]
    : {}
  return entry.inStudio ?? hint
}

/** The only error class that Pastiche throws on purpose: what is wrong, and the way out. */
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

  /** Anything that was thrown, as a PasticheError; any other error becomes `internal`. */
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
