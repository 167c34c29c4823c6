import { buildCanonical } from '../../src/engine/weights/canonical.ts'
import { parameters } from '../../src/shared/contract/parameters.ts'
import { anOrder } from '../studio/support/orders.ts'
import { narrowTables } from '../support/weight-names.ts'

// Files that Pastiche keeps for itself, and reads again at its next start.

const id = '00000000-0000-4000-8000-000000000001'
const source = { name: 'lake.jpg', widthPx: 40, heightPx: 30, sha256: 'ab'.repeat(32) }
const picture = {
  path: '/pictures/lake.jpg',
  name: 'lake.jpg',
  widthPx: 40,
  heightPx: 30,
  bytes: 9,
  format: 'jpeg',
}
const edit = { quarterTurns: 1, crop: null }

export const documents = {
  settings: [{ schema: 1, offline: true, theme: 'dark', threads: 2, notify: false, later: { more: [1] } }],
  queue: [
    {
      schema: 1,
      jobs: [
        { id, order: anOrder(), status: { state: 'queued', isToGoOn: true } },
        {
          id,
          order: anOrder(),
          status: {
            state: 'failed',
            error: { code: 'diverged', message: 'It did.', hint: '' },
            resultId: null,
          },
        },
      ],
    },
  ],
  table: [
    {
      schema: 1,
      draft: {
        content: picture,
        styles: [{ picture, weight: 2, edit }],
        initPicture: null,
        preset: 'pastiche',
        own: { steps: 7 },
        device: 'cpu',
      },
      recent: [picture],
    },
  ],
  recipe: [
    {
      schema: 1,
      appVersion: '1.0.0',
      createdAt: '2026-01-02T03:04:05Z',
      content: source,
      styles: [{ picture: source, weight: 1, edit }],
      initPicture: null,
      preset: { name: 'Pastiche', modified: false },
      parameters: parameters.parse({}),
      changes: [{ totalStep: 3, weights: { contentWeight: 0.5 } }],
      device: { id: 'cpu', name: 'CPU' },
      threads: 2,
      weights: { network: 'compact', origin: 'compact', dataSha256: null },
      totalSteps: 10,
      doneSteps: 10,
      elapsedMs: 12,
      loss: { total: 1, content: 0.5, style: 0.5, variation: 0 },
      id,
      name: 'lake × waves',
      widthPx: 40,
      heightPx: 30,
      bytes: 9,
      state: 'done',
      sources: { content: '/pictures/lake.jpg', styles: ['/pictures/waves.jpg'], initPicture: null },
    },
  ],
} as const

export async function canonicalFiles(): Promise<Uint8Array[]> {
  const { bytes } = await buildCanonical(
    {
      network: 'vgg16',
      family: 'caffe',
      origin: 'VGG16 (Keras)',
      sourceSha256: 'ab'.repeat(32),
      verified: true,
    },
    (_name, { data }) => Promise.resolve(void data.fill(0.5)),
    narrowTables,
  )
  return [bytes]
}
