import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededWeights } from '../../../src/engine/models/seeded.ts'
import { publishedNetworks } from '../../../src/engine/weights/recognise.ts'
import { preprocessings } from '../../../src/engine/models/network-weights.ts'
import type { ModelManifest } from '../../../src/shared/contract/models.ts'
import { writeKerasH5 } from '../../support/weight-files.ts'
import { kerasNames, renamed } from '../../support/weight-names.ts'
import { root } from './root.ts'

export interface AppWithModel {
  /** A copy of the built app whose list of models names one of ours. */
  readonly folder: string
  /** VGG16 at full size with seeded weights, as Keras writes it. */
  readonly file: Buffer
  readonly filePath: string
  remove(): Promise<void>
}

export async function appWithModel(): Promise<AppWithModel> {
  const folder = await mkdtemp(join(tmpdir(), 'pastiche-app-'))
  for (const name of ['package.json', 'bin', 'out', 'resources'])
    await cp(join(root, name), join(folder, name), { recursive: true })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  const { vgg16 } = publishedNetworks
  const { tensors } = seededWeights(vgg16, 16, preprocessings.none)
  const filePath = join(folder, 'vgg16.h5')
  await writeKerasH5(filePath, renamed(tensors, kerasNames(vgg16)))
  const file = readFileSync(filePath)
  const entry = {
    id: 'vgg16-test',
    name: 'VGG16 (test)',
    network: 'vgg16',
    family: 'caffe',
    format: 'keras-h5',
    urls: ['http://publisher.invalid/vgg16.h5'],
    bytes: file.length,
    sha256: createHash('sha256').update(file).digest('hex'),
    recommended: true,
    licence: { name: 'MIT', url: 'https://example.org/licence' },
    attribution: 'Nobody.',
  } satisfies ModelManifest['models'][number]
  await writeFile(join(folder, 'resources', 'models.json'), JSON.stringify({ schema: 1, models: [entry] }))
  return { folder, file, filePath, remove: () => rm(folder, { recursive: true, force: true }) }
}
