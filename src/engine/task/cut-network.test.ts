import { optimiseJob } from '../../shared/contract/optimise-job.ts'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { type JobSpec } from '../../shared/contract/job.ts'
import { mergeParameters } from '../../shared/merge-parameters.ts'
import { buildCanonical, writeCanonical } from '../weights/canonical.ts'
import { planJob } from './check-job.ts'
import { startJob } from './start-job.ts'

// A VGG16 that was cut after conv2_2.

const folder = temporaryFolder()
const photo = folder.file('photo.png')
await sharp({ create: { width: 32, height: 32, channels: 3, background: '#a06040' } })
  .png()
  .toFile(photo)
const weightsPath = folder.file('vgg16.safetensors')
await writeCanonical(
  weightsPath,
  await buildCanonical(
    {
      network: 'vgg16',
      family: 'caffe',
      origin: 'VGG16, imported',
      sourceSha256: '0'.repeat(64),
      verified: false,
      convolutions: 4,
    },
    (_, { data }) => Promise.resolve(void data.fill(0.01)),
  ),
)

function job(layers: {
  contentLayers?: Record<string, number>
  styleLayers?: Record<string, number>
}): JobSpec {
  return optimiseJob({
    content: photo,
    styles: [{ path: photo }],
    output: { path: folder.file('painted.png') },
    parameters: mergeParameters({ network: 'vgg16', sizePx: 32, coarsestPx: 32, steps: 1, ...layers }),
    resources: { device: 'cpu' },
    network: weightsPath,
  })
}

describe('a network that was cut', () => {
  it('paints with the layers that it has', async () => {
    const layers = { contentLayers: { relu2_2: 1 }, styleLayers: { relu1_1: 1, pool2: 1 } }
    const notices = { progress: () => undefined, preview: () => undefined, notice: () => undefined }
    const { outcome } = await startJob(job(layers), notices)
    expect(await outcome).toMatchObject({ state: 'done' })
  })

  it('is refused where a recipe asks for a deeper layer, before anything is painted', async () => {
    await expect(planJob(job({}))).rejects.toMatchObject({
      code: 'unknown-layer',
      message: expect.stringMatching(
        /^The network has no layer "relu\d_\d"; its deepest layer is pool2\.$/,
      ) as string,
      hint: 'Choose layers from conv1_1 to pool2 with --content-layers and --style-layers.',
    })
  })
})
