export interface OpenSourcePart {
  readonly name: string
  readonly licence: string
  /** Its use in Pastiche. */
  readonly use: string
  /** As npm calls it. */
  readonly packages: readonly string[]
}

/** The work of others that Pastiche is made of. */
export const openSourceParts: readonly OpenSourcePart[] = [
  { name: 'ONNX Runtime', licence: 'MIT', use: 'runs the networks', packages: ['onnxruntime-node'] },
  {
    name: 'sharp and libvips',
    licence: 'Apache 2.0, LGPL 3.0',
    use: 'read and write pictures',
    packages: ['sharp'],
  },
  { name: 'libheif and libde265', licence: 'LGPL 3.0', use: 'read HEIC photos', packages: ['libheif-js'] },
  { name: 'libjxl', licence: 'Apache 2.0, BSD', use: 'reads JPEG XL', packages: ['@jsquash/jxl'] },
  { name: 'Electron', licence: 'MIT', use: 'the desktop window', packages: ['electron'] },
  { name: 'Svelte', licence: 'MIT', use: 'the interface', packages: ['svelte'] },
  { name: 'Bits UI', licence: 'MIT', use: 'dialogs and menus', packages: ['bits-ui'] },
  { name: 'Lucide', licence: 'ISC', use: 'icons', packages: ['@lucide/svelte'] },
  { name: 'uPlot', licence: 'MIT', use: 'the loss chart', packages: ['uplot'] },
  { name: 'Zod', licence: 'MIT', use: 'validates data', packages: ['zod'] },
  { name: 'Hono', licence: 'MIT', use: 'the studio in a browser', packages: ['hono', '@hono/node-server'] },
  { name: 'ws', licence: 'MIT', use: 'the connection to the browser', packages: ['ws'] },
  { name: 'undici', licence: 'MIT', use: 'downloads', packages: ['undici'] },
  { name: 'h5wasm', licence: 'NIST, BSD', use: 'reads Keras files', packages: ['h5wasm'] },
  { name: 'yauzl', licence: 'MIT', use: 'reads PyTorch files', packages: ['yauzl'] },
  {
    name: 'Protobuf-ES',
    licence: 'Apache 2.0, BSD',
    use: 'reads and writes ONNX',
    packages: ['@bufbuild/protobuf'],
  },
  { name: 'pure-rand', licence: 'MIT', use: 'seeded noise', packages: ['pure-rand'] },
  {
    name: 'commander, picocolors',
    licence: 'MIT, ISC',
    use: 'the command line',
    packages: ['commander', 'picocolors'],
  },
  {
    name: 'env-paths, tinyglobby, write-file-atomic',
    licence: 'MIT, ISC',
    use: 'files and folders',
    packages: ['env-paths', 'tinyglobby', 'write-file-atomic'],
  },
]
