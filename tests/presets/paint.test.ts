import { optimiseJob } from '../../src/shared/contract/optimise-job.ts'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { startJob } from '../../src/engine/index.ts'
import { familyNotice, Presets } from '../../src/host/index.ts'
import { overridePreset, withNetworkRecipe } from '../../src/shared/contract/preset.ts'
import { testPicture } from '../cli/pastiche.ts'
import { slimTables } from '../models/support/slim-tables.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { writeSeeded } from './seeded-files.ts'

const temporary = temporaryFolder()
const resources = fileURLToPath(new URL('../../resources', import.meta.url))
const presets = new Presets({ resources, presets: join(temporary.path, 'none') })
const { presets: all } = await presets.list()
const published = all.filter(({ weightFamily }) => weightFamily !== null)
const weights = { vgg16: temporary.file('vgg16.safetensors'), vgg19: temporary.file('vgg19.safetensors') }

beforeAll(async () => {
  await testPicture(48, 40).png().toFile(temporary.file('photo.png'))
  await testPicture(40, 48, 1).png().toFile(temporary.file('style.png'))
  await writeSeeded(weights.vgg16, 'vgg16', 'caffe')
  await writeSeeded(weights.vgg19, 'vgg19', 'torchvision')
})

describe('with networks of full size', () => {
  it.each(published.map((preset) => [preset.name, preset] as const))(
    '%s paints a picture',
    async (_, preset) => {
      const notices: string[] = []
      const path = temporary.file(`${preset.id}.png`)
      const painted = await startJob(
        optimiseJob({
          content: temporary.file('photo.png'),
          styles: [{ path: temporary.file('style.png') }],
          output: { path },
          parameters: withNetworkRecipe(overridePreset(preset.parameters, { sizePx: 32, steps: 2 })),
          resources: { device: 'cpu' },
          network: weights[preset.parameters.network === 'vgg16' ? 'vgg16' : 'vgg19'],
        }),
        {
          progress: () => undefined,
          preview: () => undefined,
          notice: (message) => notices.push(message),
        },
      )
      expect(await painted.outcome).toMatchObject({ state: 'done' })
      expect(painted.plan.detail.scales.map(({ widthPx, steps }) => [widthPx, steps])).toEqual([[32, 2]])
      expect(notices).toEqual([])
      expect(await sharp(path).metadata()).toMatchObject({ width: 32, height: 27 })
    },
  )
})

describe('the family of the weights', () => {
  const [caffe, torchvision] = ['caffe', 'torchvision'].map((family) =>
    temporary.file(`${family}.safetensors`),
  )
  const told = async (name: string, network: 'vgg19' | 'compact', file: string): Promise<string | null> =>
    familyNotice(await presets.resolve(name), network, file)

  beforeAll(async () => {
    await writeSeeded(caffe!, 'vgg19', 'caffe', slimTables)
    await writeSeeded(torchvision!, 'vgg19', 'torchvision', slimTables)
  })

  it('is told where a recipe was published with another one', async () => {
    expect(await told('PyTorch classic', 'vgg19', caffe!)).toBe(
      'The preset "PyTorch classic" was made with weights of the torchvision family, those of vgg19 here are of the caffe family: the picture will not look as published.',
    )
    expect(await told('Gatys 2016', 'vgg19', torchvision!)).toContain(
      'those of vgg19 here are of the torchvision',
    )
  })

  it('is not told where it is the same, does not matter or is not known', async () => {
    expect(await told('PyTorch classic', 'vgg19', torchvision!)).toBeNull()
    expect(await told('PyTorch classic', 'compact', caffe!)).toBeNull()
    expect(await told('Gentle', 'vgg19', caffe!)).toBeNull()
    expect(await told('PyTorch classic', 'vgg19', temporary.file('nothing'))).toBeNull()
    expect(await told('PyTorch classic', 'vgg19', temporary.file('damaged', 'no weights'))).toBeNull()
  })
})
